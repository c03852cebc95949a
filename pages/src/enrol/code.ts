// A QR code (ISO/IEC 18004) of a text, as rows of dark modules with the white border that readers need. A file of its own in the
// binary (code.js): only a receipt fetches it.
import encodeQR from 'qr';

const kBorder = 4;

export const rowsOf = (text: string): boolean[][] => encodeQR(text, 'raw', {ecc: 'medium', border: kBorder});
