// `npm run scanner`: compiles the scanner's inner part and writes it to src/order/facts/scanner-module.ts.
// With --print it only prints that file, for the test that compares the two.
import { Buffer } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { main } from 'assemblyscript/asc';

const folder = dirname(fileURLToPath(import.meta.url));
const target = join(folder, '../src/order/facts/scanner-module.ts');

let module = new Uint8Array(0);
const { error, stderr } = await main(
  [
    ...['shape-scanner.ts', '--baseDir', folder, '--outFile', 'scanner.wasm'],
    // Nothing is ever allocated, so there is no need of a heap and its collector.
    ...['--runtime', 'stub', '--importMemory', '--enable', 'simd', '-O3', '--noAssert'],
  ],
  { writeFile: (_name, contents) => (module = contents) },
);
if (error) throw new Error(`${error.message}\n${stderr.toString()}`);

const text = `// Made by \`npm run scanner\` from libs/contracts/assembly. A test compares it with what that compiles to.

/** The scanner's inner part: a module of WebAssembly in base64. */
export const SCANNER_MODULE =
  '${Buffer.from(module).toString('base64')}';
`;
if (process.argv.includes('--print')) process.stdout.write(text);
else writeFileSync(target, text);
