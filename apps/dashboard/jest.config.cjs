module.exports = {
  displayName: 'dashboard',
  preset: '../../jest.preset.js',
  // Browser specs need a build and Chromium; they have a configuration of their own.
  testMatch: ['**/*.spec.ts', '!**/*.browser.spec.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.next'],
};
