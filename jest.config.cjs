const { existsSync, readdirSync } = require('node:fs');

/** Every project's tests in one run: `npx jest` from the workspace's folder. */
const folders = ['libs', 'apps'].flatMap((group) => readdirSync(group).map((name) => `<rootDir>/${group}/${name}`));

module.exports = {
  projects: folders.filter((folder) => existsSync(`${folder.replace('<rootDir>', '.')}/jest.config.cjs`)),
};
