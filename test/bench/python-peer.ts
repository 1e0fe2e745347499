import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../../..');
const FOLDER = join(ROOT, 'var/bench');
const INSTALL_WITHIN_MS = 900_000;

/** What pip is asked for; each peer gets a virtual environment of its own. */
const REQUIREMENTS = {
  // Its spaCy is built against the first NumPy.
  medspacy: ['medspacy==1.3.1', 'numpy<2'],
  highdicom: ['highdicom==0.28.2'],
};

export interface PythonPeer {
  version: string;
  /** The CPU seconds of one round over the whole input, or over the part of it that is named. */
  round(part?: string): Promise<number>;
  stop(): Promise<void>;
}

/**
 * A Python package that does the same work in a process of its own; installed into var/bench when it is not there yet.
 * The script test/bench/peers/<package>_peer.py reads its input from a file, says its version, and then answers every
 * line that it gets with the CPU seconds of one round.
 *
 * @returns a sentence that says what is missing where the package cannot be had
 */
export async function startPythonPeer(name: keyof typeof REQUIREMENTS, input: unknown): Promise<PythonPeer | string> {
  const python = join(FOLDER, name, 'bin/python');
  try {
    await install(name, python);
  } catch {
    return `${name} could not be installed (python3 with venv and pip is needed), so it is missing here.`;
  }
  const folder = await mkdtemp(join(tmpdir(), 'lesion-curator-peer-'));
  const file = join(folder, 'input.json');
  await writeFile(file, JSON.stringify(input));
  const child = spawn(python, [join(ROOT, 'test/bench/peers', `${name}_peer.py`), file], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, OMP_NUM_THREADS: '1', PYTHONWARNINGS: 'ignore' },
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints = (complaints + text).slice(-2000)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`The peer ${name} ended:\n${complaints}`);
    return value;
  };
  return {
    version: await nextLine(),
    async round(part = '') {
      child.stdin.write(`${part}\n`);
      return Number(await nextLine());
    },
    async stop() {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function install(name: keyof typeof REQUIREMENTS, python: string): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const isThere = () => run(python, ['-W', 'ignore', '-c', `import ${name}`]);
  if (!existsSync(python)) await run('python3', ['-m', 'venv', join(FOLDER, name)]);
  else if (await isThere().catch(() => false)) return;
  process.stderr.write(`Installing ${name} from PyPI into var/bench\n`);
  await run(python, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', ...REQUIREMENTS[name]], {
    timeout: INSTALL_WITHIN_MS,
  });
  await isThere();
}
