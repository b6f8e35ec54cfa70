const { NxAppWebpackPlugin } = require('@nx/webpack/app-plugin');
const { join, basename } = require('node:path');

/**
 * One webpack configuration for every Node service: bundles the workspace's own sources, leaves node_modules outside.
 * @param {string} projectRoot absolute folder of the app, which holds src/main.ts
 */
module.exports = (projectRoot) => ({
  output: { path: join(projectRoot, '../../dist/apps', basename(projectRoot)), clean: true },
  devtool: 'source-map',
  // A require that a library makes for itself at run time is no module of the bundle.
  module: { parser: { javascript: { createRequire: false } } },
  plugins: [
    new NxAppWebpackPlugin({
      target: 'node',
      compiler: 'tsc',
      main: './src/main.ts',
      tsConfig: './tsconfig.json',
      assets: [],
      optimization: false,
      outputHashing: 'none',
      generatePackageJson: true,
      sourceMap: true,
      skipTypeChecking: true,
    }),
  ],
});
