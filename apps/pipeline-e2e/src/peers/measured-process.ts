import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** How far a process had come at a moment of its own monotonic clock. */
export interface Sample {
  timeMs: number;
  /** Records processed. */
  records: number;
}

/** What to run: a program that prints lines of JSON as infra/peers/README.md describes. */
export interface MeasuredProgram {
  /** For people. */
  name: string;
  command: string;
  args: readonly string[];
  cwd: string;
  /** Ends the program when aborted. */
  signal?: AbortSignal | undefined;
}

/** One line of such a program. */
export type ProgramLine = Readonly<Record<string, unknown>> & { event: string };

const TAIL_LINES = 30;
const STOP_MS = 5_000;

/** A child process that says how far it has come. It ends with this process, however that ends. */
export class MeasuredProcess {
  private readonly said: ProgramLine[] = [];
  private noticeLine: () => void = () => undefined;
  private tail: string[] = [];
  private readonly child: ChildProcess;
  /** Resolves when the program has ended well; rejects with the last lines it printed when it has not. */
  readonly finished: Promise<void>;

  /** Starts it. @throws when the signal is aborted already */
  constructor(private readonly program: MeasuredProgram) {
    const { name, command, args, cwd, signal } = program;
    signal?.throwIfAborted();
    const child = spawn(command, args, {
      cwd,
      // Its standard input stays open for as long as we live.
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own: a Ctrl-C in the terminal reaches us alone, and we stop it.
      detached: true,
    });
    this.child = child;
    createInterface({ input: child.stdout }).on('line', (line) => this.read(line));
    createInterface({ input: child.stderr }).on('line', (line) => this.keep(line));
    this.finished = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        if (code === 0) resolve();
        else reject(new Error(`${name} ended with ${signal ?? `code ${code}`}:\n${this.tail.join('\n')}`));
      });
    });
    const stop = (): void => void this.stop();
    signal?.addEventListener('abort', stop);
    child.once('close', () => signal?.removeEventListener('abort', stop));
    // Whoever waits for it sees the rejection; a program that was stopped need not be waited for.
    this.finished.catch(() => undefined);
  }

  /** Every progress so far, in order. */
  get samples(): Sample[] {
    return this.said.flatMap((line) =>
      line.event === 'progress' ? [{ timeMs: Number(line['timeMs']), records: Number(line['records']) }] : [],
    );
  }

  /** The first line that `isWanted`, as soon as it is printed; rejects when the program ends without it. One call at a time. */
  async line(isWanted: (line: ProgramLine) => boolean): Promise<ProgramLine> {
    const ended = this.finished.then(() => true);
    let looked = 0;
    for (let over = false; ;) {
      for (; looked < this.said.length; looked++) {
        const line = this.said[looked];
        if (line && isWanted(line)) return line;
      }
      if (over) throw new Error(`${this.program.name} ended without saying what was waited for`);
      over = await Promise.race([new Promise<boolean>((resolve) => (this.noticeLine = () => resolve(false))), ended]);
    }
  }

  /** Ends the process, if it has not ended, by SIGKILL after `patienceMs`; resolves when it is gone. */
  async stop(patienceMs = STOP_MS): Promise<void> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    await gone;
    clearTimeout(timer);
  }

  private read(text: string): void {
    if (!text.startsWith('{')) return this.keep(text);
    this.said.push(JSON.parse(text) as ProgramLine);
    this.noticeLine();
  }

  private keep(line: string): void {
    this.tail = [...this.tail, line].slice(-TAIL_LINES);
  }
}
