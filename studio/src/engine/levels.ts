/** Where lines of equal height run: nats below the log-density that has the fullest colour. */
export const LEVELS: readonly number[] = [0.3, 1, 2, 3.5, 5.5, 8];
