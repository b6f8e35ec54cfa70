module.exports = { displayName: 'window-aggregator', preset: '../../jest.preset.js' };
