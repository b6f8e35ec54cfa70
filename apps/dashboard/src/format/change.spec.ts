import fc from 'fast-check';
import { changeOf } from './change';

describe('the change of a figure', () => {
  it('is the difference, and its ratio to the period before', () => {
    expect(changeOf(2_442, 2_645, 'good')).toEqual({
      kind: 'moved',
      absolute: -203,
      ratio: -203 / 2_645,
      tone: 'worse',
    });
  });

  it('is worse when fraud or refunds rise, and better when they fall', () => {
    expect(changeOf(561, 557, 'bad')).toMatchObject({ absolute: 4, tone: 'worse' });
    expect(changeOf(264, 281, 'bad')).toMatchObject({ absolute: -17, tone: 'better' });
  });

  it('is new when there was nothing before', () => {
    expect(changeOf(7, 0, 'good')).toEqual({ kind: 'new', absolute: 7, tone: 'better' });
    expect(changeOf(7, 0, 'bad')).toEqual({ kind: 'new', absolute: 7, tone: 'worse' });
  });

  it('is none when nothing moved, even from 0', () => {
    expect(changeOf(0, 0, 'good')).toEqual({ kind: 'same' });
    expect(changeOf(5, 5, 'bad')).toEqual({ kind: 'same' });
  });

  it('is missing when either value is', () => {
    expect(changeOf(undefined, 4, 'good')).toEqual({ kind: 'missing' });
    expect(changeOf(4, null, 'good')).toEqual({ kind: 'missing' });
  });

  it('never gives a ratio that is not finite', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (current, previous) => {
        const change = changeOf(current, previous, 'good');
        return change.kind !== 'moved' || (Number.isFinite(change.ratio) && change.ratio > 0 === change.absolute > 0);
      }),
    );
  });
});
