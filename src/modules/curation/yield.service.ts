import { Injectable } from '@nestjs/common';
import { csvHeader, csvLine } from './yield-table.js';
import { type ExclusionRow, YieldRepository, type YieldRow } from './yield.repository.js';

const PAGE_SIZE = 1000;

@Injectable()
export class YieldService {
  constructor(private readonly repository: YieldRepository) {}

  async yield(): Promise<YieldRow[]> {
    return this.repository.yield();
  }

  async *exclusions(): AsyncGenerator<ExclusionRow> {
    let after: ExclusionRow | undefined;
    for (;;) {
      const page = await this.repository.exclusions(PAGE_SIZE, after);
      yield* page;
      if (page.length < PAGE_SIZE) return;
      after = page.at(-1);
    }
  }

  async *exclusionsCsv(): AsyncGenerator<string> {
    yield `${csvHeader()}\r\n`;
    for await (const row of this.exclusions()) yield `${csvLine(row)}\r\n`;
  }
}
