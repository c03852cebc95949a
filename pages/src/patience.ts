// A node that is busy says when to come back: the page does, and loses nothing.
import {useEffect, useRef} from 'preact/hooks';
import {Refused, askAlive} from './api';

const kMostTries = 4;
const kLongestWait_s = 30;

// Ends early when `stop` does.
export const pause = (ms: number, stop: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    stop.addEventListener('abort', () => { clearTimeout(timer); resolve(); }, {once: true});
  });

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
      await pause(wait * 1000, stop);
      if (stop.aborted) throw error;
      onWait(0);
    }
  }
}

const kProbe_ms = 5000;

// What was cut off by the line goes on, once, as soon as the node is reached again. Null: nothing was cut off.
export function useOnReturn(goOn: (() => void) | null) {
  const latest = useRef(goOn);
  latest.current = goOn;
  const cut = goOn !== null;
  useEffect(() => {
    if (!cut) return undefined;
    let over = false;
    const probe = async () => {
      if (!(await askAlive()) || over) return;
      over = true;
      latest.current?.();
    };
    const timer = setInterval(() => void probe(), kProbe_ms);
    return () => {
      over = true;
      clearInterval(timer);
    };
  }, [cut]);
}
