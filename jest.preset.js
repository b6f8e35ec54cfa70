const nxPreset = require('@nx/jest/preset').default;

// Every date in a test is read in one zone, whatever the machine's is.
process.env.TZ = 'UTC';

const swcOptions = {
  jsc: {
    parser: { syntax: 'typescript', tsx: true, decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false, react: { runtime: 'automatic' } },
    target: 'es2022',
    keepClassNames: true,
  },
  module: { type: 'commonjs' },
  sourceMaps: 'inline',
};

module.exports = {
  ...nxPreset,
  testEnvironment: 'node',
  transform: { '^.+\\.(ts|tsx|js|mjs)$': ['@swc/jest', swcOptions] },
  // Published as ES modules only: Nest 12, and what Fastify's packages need. Jest runs CommonJS.
  transformIgnorePatterns: ['node_modules/(?!(@nestjs|content-disposition|cookie)/)'],
};
