module.exports = { displayName: 'state-store', preset: '../../jest.preset.js' };
