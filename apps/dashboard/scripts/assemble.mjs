// Puts the production page together as one folder that runs anywhere with Node alone:
//   dist/apps/dashboard/server.js      the server (settings: HOSTNAME, PORT, GATEWAY_URL)
//   dist/apps/dashboard/.next/static   scripts, styles and fonts, which Next leaves out of its standalone folder
// Next mirrors the workspace below .next/standalone (apps/dashboard/server.js beside node_modules); here the two are
// laid on top of each other, so that the path of server.js is short and the same as other services' main.js.
import { cpSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const project = path.join(import.meta.dirname, '..');
const standalone = path.join(project, '.next/standalone');
const target = path.join(project, '../../dist/apps/dashboard');
// Put together beside the target and moved there whole: a build that fails half-way leaves the last one running.
const draft = `${target}.next`;

if (!existsSync(path.join(standalone, 'apps/dashboard/server.js'))) {
  throw new Error('no standalone build found: run "next build" first');
}

/**
 * Written before Next's own first line. The page's server needs about 40 MB of heap; without limits V8 lets garbage
 * stand until the process holds 140 MB, with them it stays near 100 MB. Set here, so that it holds whoever starts it.
 */
const HEAP_LIMITS = `for (const flag of ['--max-semi-space-size=2', '--max-old-space-size=96', '--optimize-for-size']) {
  require('node:v8').setFlagsFromString(flag);
}
`;

/** Symbolic links stay as they are: Next writes them relative to the folder that is copied. */
const copy = (from, to) => cpSync(from, to, { recursive: true, verbatimSymlinks: true });

rmSync(draft, { recursive: true, force: true });
copy(path.join(standalone, 'node_modules'), path.join(draft, 'node_modules'));
copy(path.join(standalone, 'apps/dashboard'), draft);
copy(path.join(project, '.next/static'), path.join(draft, '.next/static'));
if (existsSync(path.join(project, 'public'))) copy(path.join(project, 'public'), path.join(draft, 'public'));
const serverFile = path.join(draft, 'server.js');
writeFileSync(serverFile, HEAP_LIMITS + readFileSync(serverFile, 'utf8'));
rmSync(target, { recursive: true, force: true });
renameSync(draft, target);
