module.exports = { displayName: 'order-producer', preset: '../../jest.preset.js' };
