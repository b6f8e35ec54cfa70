// Copies the packages that patches/ changes from an installed workspace over the same packages of another folder, where
// they are installed as published: the folder of one service has no patch-package, and not every patched package.
//   node copy-patched.mjs <workspace> <folder>
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [workspace, folder] = process.argv.slice(2);
const versionOf = (path) => JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')).version;

for (const patch of readdirSync(join(workspace, 'patches')).filter((name) => name.endsWith('.patch'))) {
  // name+1.2.3.patch, or @scope+name+1.2.3.patch
  const name = patch.replace(/\+[^+]*\.patch$/, '').replace('+', '/');
  const [from, to] = [workspace, folder].map((root) => join(root, 'node_modules', name));
  if (!existsSync(to)) continue;
  if (versionOf(from) !== versionOf(to)) throw new Error(`${name} is ${versionOf(to)} in ${folder}, but the patch is for ${versionOf(from)}`);
  cpSync(from, to, { recursive: true });
  process.stdout.write(`${name} ${versionOf(to)}: patched\n`);
}
