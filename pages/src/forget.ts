// Nothing of a sample stays: what a page holds is gone when it is left, and after some minutes in which nobody touched it.
const kIdle_ms = 5 * 60 * 1000;
const kLook_ms = 10 * 1000;

let touched = Date.now();

export function whenForgotten(forget: (why: 'left' | 'idle') => void): () => void {
  const touch = () => {
    touched = Date.now();
  };
  const look = () => {
    if (Date.now() - touched < kIdle_ms) return;
    touch();
    forget('idle');
  };
  const leave = () => forget('left');
  const timer = setInterval(look, kLook_ms);
  for (const event of ['pointerdown', 'keydown', 'drop']) addEventListener(event, touch, true);
  addEventListener('pagehide', leave);
  return () => {
    clearInterval(timer);
    for (const event of ['pointerdown', 'keydown', 'drop']) removeEventListener(event, touch, true);
    removeEventListener('pagehide', leave);
  };
}
