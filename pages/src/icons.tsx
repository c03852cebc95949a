// The signs beside words: they repeat what the word says, and are hidden from who hears the page.
export type Sign = 'known' | 'unknown' | 'look' | 'silent' | 'good' | 'poor' | 'bad' | 'busy' | 'none';

const kPaths: Record<Sign, string> = {
  known: 'M12 12a5 5 0 1 0-5-5 5 5 0 0 0 5 5Zm0 2c-5 0-9 2.5-9 6v2h10.3a7 7 0 0 1 3-7.3A13 13 0 0 0 12 14Zm5.4 8.6-3.2-3.2 1.5-1.5 1.7 1.8 4.2-4.3 1.4 1.5Z',
  unknown: 'M12 2a10 10 0 1 0 10 10A10 10 0 0 0 12 2Zm0 2.5a7.5 7.5 0 0 1 4.6 1.6L6.1 16.6A7.5 7.5 0 0 1 12 4.5Zm0 15a7.5 7.5 0 0 1-4.6-1.6L17.9 7.4A7.5 7.5 0 0 1 12 19.5Z',
  look: 'M12 5C6.5 5 2.3 9.3 1 12c1.3 2.7 5.5 7 11 7s9.700-4.300 11-7c-1.300-2.700-5.500-7-11-7Zm0 11.500a4.500 4.500 0 1 1 4.500-4.500 4.500 4.500 0 0 1-4.500 4.500Zm0-2.500a2 2 0 1 0-2-2 2 2 0 0 0 2 2Z',
  silent: 'M12 2 1 21h22Zm1 16h-2v-2h2Zm0-4h-2V9h2Z',
  good: 'M9.500 19 3 12.500l2.100-2.100 4.400 4.400L18.900 5 21 7.200Z',
  poor: 'M12 2 1 21h22Zm1 16h-2v-2h2Zm0-4h-2V9h2Z',
  bad: 'M12 2a10 10 0 1 0 10 10A10 10 0 0 0 12 2Zm4.600 12.500-2.100 2.100-2.500-2.500-2.500 2.500-2.100-2.100 2.500-2.500-2.500-2.500 2.100-2.100 2.500 2.500 2.500-2.500 2.100 2.100-2.500 2.500Z',
  none: 'M6 10.500h12v3H6Z',
  busy: 'M6 2h12v5l-4.500 5 4.500 5v5H6v-5l4.500-5L6 7Zm2.500 2.500v1.600L12 10l3.500-3.900V4.500Z',
};

export function Icon({sign}: {sign: Sign}) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={kPaths[sign]} fill="currentColor" />
    </svg>
  );
}
