module.exports = {
  displayName: 'dashboard-browser',
  preset: '../../jest.preset.js',
  testMatch: ['**/*.browser.spec.ts'],
  modulePathIgnorePatterns: ['<rootDir>/.next'],
  testTimeout: 60_000,
  maxWorkers: 1,
};
