module.exports = { displayName: 'olap-store', preset: '../../jest.preset.js' };
