/** What a group of tests needs of the machine. */
export interface Need {
  /** Why it is not there; undefined when it is. */
  missing: string | undefined;
  /** The environment variable that, when it is 1, makes a lack of it a failure: continuous integration must not pass by skipping. */
  requiredBy: string;
}

/** `describe` for tests with a need: where it is not met the group is skipped, and says so in its name, or fails. */
export function describeUnlessMissing({ missing, requiredBy }: Need, name: string, suite: () => void): void {
  if (missing === undefined) {
    describe(name, suite);
  } else if (process.env[requiredBy] === '1') {
    describe(name, () => {
      it('has what it needs', () => {
        throw new Error(`${requiredBy}=1, but ${missing}`);
      });
    });
  } else {
    describe.skip(`${name} (skipped: ${missing})`, suite);
  }
}
