import { Inject, Injectable } from '@nestjs/common';
import type { Config } from '../../config/config.js';
import { CONFIG } from '../../config/config.module.js';

/** The hours in which nightly work may load the PACS (PACS_WINDOW), in NIGHTLY_TIME_ZONE or the machine's own. */
@Injectable()
export class PacsWindow {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  isOpen(now: Date): boolean {
    const { window } = this.config.pacs;
    if (!window) return true;
    const minute = minuteOfDay(now, this.config.nightly.timeZone);
    const { fromMinute, toMinute } = window;
    return fromMinute <= toMinute
      ? minute >= fromMinute && minute < toMinute
      : minute >= fromMinute || minute < toMinute;
  }
}

function minuteOfDay(now: Date, timeZone: string | undefined): number {
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone }).format(now);
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** The calendar day (YYYY-MM-DD) at an instant. */
export function dayAt(now: Date, timeZone: string | undefined): string {
  return new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone }).format(now);
}
