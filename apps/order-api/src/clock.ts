/** Injection token of the wall clock, epoch ms. */
export const CLOCK = Symbol('Clock');

export type Clock = () => number;

export const clockProvider = { provide: CLOCK, useValue: (() => Date.now()) as Clock };
