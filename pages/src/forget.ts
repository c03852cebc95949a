// Nothing of a sample stays: what a page holds is gone when it is left, and after some minutes in which nobody touched it.
const kIdle_ms = 5 * 60 * 1000;
const kLook_ms = 10 * 1000;

type Forget = (why: 'left' | 'idle') => void;

// All who hold something are told at once: they share the clock.
const holders = new Set<Forget>();
let touched = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;

const touch = () => {
  touched = Date.now();
};
const tell = (why: 'left' | 'idle') => {
  for (const forget of [...holders]) forget(why);
};
const look = () => {
  if (Date.now() - touched < kIdle_ms) return;
  touch();
  tell('idle');
};
const leave = () => tell('left');

function begin(): void {
  touch();
  timer = setInterval(look, kLook_ms);
  for (const event of ['pointerdown', 'keydown', 'drop']) addEventListener(event, touch, true);
  addEventListener('pagehide', leave);
}
function end(): void {
  clearInterval(timer);
  for (const event of ['pointerdown', 'keydown', 'drop']) removeEventListener(event, touch, true);
  removeEventListener('pagehide', leave);
}

export function whenForgotten(forget: Forget): () => void {
  holders.add(forget);
  if (holders.size === 1) begin();
  return () => {
    holders.delete(forget);
    if (holders.size === 0) end();
  };
}
