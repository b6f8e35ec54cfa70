// Runs a command-line app of the workspace (`npm run load`, `npm run faults`): installs and builds what is missing first.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setUp } from './setup/setup.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const [app] = process.argv.splice(2, 1);
process.chdir(root);
await setUp(root);
await import(pathToFileURL(join(root, 'dist', 'apps', app, 'main.js')).href);
