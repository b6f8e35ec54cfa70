import { simulateClick } from './click-generator';

const clicks = Array.from({ length: 600 }, (_, index) => simulateClick(9, index));

describe('simulated clicks', () => {
  it('are the same for the same seed and number', () => {
    expect(Array.from({ length: 600 }, (_, index) => simulateClick(9, index))).toEqual(clicks);
  });

  it('name a product exactly when they look at one or take it', () => {
    for (const click of clicks) expect(click.productId !== null).toBe(['view', 'add_to_cart'].includes(click.action));
  });

  it('belong to visits of six by one visitor each', () => {
    const visitors = new Map<string, Set<string | null>>();
    for (const click of clicks) {
      const visit = visitors.get(click.sessionId) ?? new Set();
      visitors.set(click.sessionId, visit.add(click.customerId));
    }
    expect(visitors.size).toBe(100);
    for (const visit of visitors.values()) expect(visit.size).toBe(1);
  });
});
