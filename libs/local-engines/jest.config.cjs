module.exports = { displayName: 'local-engines', preset: '../../jest.preset.js' };
