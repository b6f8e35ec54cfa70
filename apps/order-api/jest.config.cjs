module.exports = { displayName: 'order-api', preset: '../../jest.preset.js' };
