// What `npm start` and its sisters run: installs and builds what is missing, then hands over to the launcher.
// Plain JavaScript without dependencies, because it runs before any are installed.
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setUp } from './setup/setup.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
process.chdir(root);
await setUp(root);
// In this same process: one process less in memory, and signals reach the launcher directly.
await import(pathToFileURL(join(root, 'dist', 'apps', 'launcher', 'main.js')).href);
