// A node that is busy says when to come back: the page does, and loses nothing.
import {Refused} from './api';

const kMostTries = 4;
const kLongestWait_s = 30;
const seconds = (n: number) => new Promise((resolve) => setTimeout(resolve, n * 1000));

// `onWait` hears for how many seconds the page waits, and 0 when it asks again.
export async function persistently<T>(ask: () => Promise<T>, onWait: (seconds: number) => void, stop: AbortSignal): Promise<T> {
  for (let tries = 1; ; ++tries) {
    try {
      return await ask();
    } catch (error) {
      const busy = error instanceof Refused && (error.status === 503 || error.status === 429) && error.retryAfter > 0;
      if (!busy || tries === kMostTries || stop.aborted) throw error;
      const wait = Math.min(error.retryAfter, kLongestWait_s);
      onWait(wait);
      await seconds(wait);
      if (stop.aborted) throw error;
      onWait(0);
    }
  }
}
