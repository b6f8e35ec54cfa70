import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import importX from 'eslint-plugin-import-x';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import tseslint from 'typescript-eslint';

/** Which layer may depend on which: apps → adapters → windowing → contracts; adapters never on each other, none on the engines. */
const boundaries = [
  { sourceTag: 'layer:contracts', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'layer:windowing', onlyDependOnLibsWithTags: ['layer:contracts'] },
  { sourceTag: 'layer:adapter', onlyDependOnLibsWithTags: ['layer:windowing', 'layer:contracts'] },
  { sourceTag: 'layer:engines', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'layer:app', onlyDependOnLibsWithTags: ['layer:adapter', 'layer:windowing', 'layer:contracts'] },
  { sourceTag: 'type:page', onlyDependOnLibsWithTags: ['layer:contracts'] },
];

/** What starts real engines and browsers (the launcher, tests) may use the library that does; tests also write to the log. */
const engineBoundaries = boundaries.map((rule) =>
  ['layer:adapter', 'layer:app', 'type:page'].includes(rule.sourceTag)
    ? { ...rule, onlyDependOnLibsWithTags: [...rule.onlyDependOnLibsWithTags, 'layer:engines', 'lib:event-log'] }
    : rule,
);

/** infra/ holds declarations (JSON) that belong to no project. */
const declarations = ['../../../infra/**', '../../../../infra/**', '../../../../../infra/**'];

const boundaryRule = (depConstraints) => ['error', { enforceBuildableLibDependency: false, allow: declarations, depConstraints }];

export default tseslint.config(
  { ignores: ['**/dist/**', '**/.next/**', '**/.nx/**', 'node_modules/**', '**/next-env.d.ts', 'tmp/**', '.data/**', '**/coverage/**'] },
  js.configs.recommended,
  {
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: {
      globals: { process: 'readonly', console: 'readonly', module: 'writable', require: 'readonly', __dirname: 'readonly', setTimeout: 'readonly', clearTimeout: 'readonly', setInterval: 'readonly', clearInterval: 'readonly', URL: 'readonly', URLSearchParams: 'readonly', fetch: 'readonly', AbortSignal: 'readonly' },
    },
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [...tseslint.configs.recommended],
    plugins: { '@nx': nx, 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ project: 'tsconfig.base.json' })] },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Files with decorators are left alone by the rule: Nest's injection reads constructor types at run time.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      '@nx/enforce-module-boundaries': boundaryRule(boundaries),
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: [
      ...['apps/launcher/**/*.ts', 'apps/pipeline-e2e/**/*.ts'],
      ...['**/*.spec.ts', '**/*.spec.tsx', '**/testing.ts', '**/testing/**/*.ts', '**/conformance/**/*.ts'],
    ],
    rules: { '@nx/enforce-module-boundaries': boundaryRule(engineBoundaries) },
  },
  {
    // AssemblyScript has no imports of types alone.
    files: ['libs/contracts/assembly/**/*.ts'],
    rules: { '@typescript-eslint/consistent-type-imports': 'off' },
  },
  {
    // What holds all apps together is checked against their own schemas: for the launcher those alone, nothing else of an app.
    files: ['apps/launcher/src/settings/service-settings.ts'],
    rules: { '@nx/enforce-module-boundaries': ['error', { allow: ['../../../**/src/config'], depConstraints: engineBoundaries }] },
  },
  {
    // So are the settings in the README and in compose.
    files: ['apps/pipeline-e2e/src/docs/**/*.ts', 'apps/pipeline-e2e/src/docker/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
);
