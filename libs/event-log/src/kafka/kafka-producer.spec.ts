import { LogUnavailableError } from '../errors';
import { checkAnswered } from './kafka-producer';

const message = (partition: number) => ({ partition, value: null });
const answer = (partition: number) => ({ topicName: 'orders', partition, errorCode: 0 });

describe('checkAnswered', () => {
  it('accepts a send whose every partition was acknowledged', () => {
    expect(() => checkAnswered([message(0), message(2), message(0)], [answer(2), answer(0)])).not.toThrow();
  });

  it('takes a partition without an answer as not appended, though the client reports success', () => {
    expect(() => checkAnswered([message(0), message(1), message(3)], [answer(0)])).toThrow(LogUnavailableError);
    expect(() => checkAnswered([message(0), message(1), message(3)], [answer(0)])).toThrow('partition 1, 3');
  });
});
