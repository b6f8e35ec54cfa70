import { Injectable } from '@nestjs/common';

/** The wall clock of a service, injectable everywhere in it. Tests put another one in its place. */
@Injectable()
export class Clock {
  /** Epoch ms. */
  now(): number {
    return Date.now();
  }
}
