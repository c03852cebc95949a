// A text as a QR code, drawn as one path: no image is fetched, and it is sharp on paper. Where what draws it does not come
// there is none: the words beside it say the same.
import {useEffect, useState} from 'preact/hooks';

export function QrCode({text, name}: {text: string; name: string}) {
  const [rows, setRows] = useState<boolean[][]>([]);
  useEffect(() => {
    let gone = false;
    import('./code.js').then(({rowsOf}) => !gone && setRows(rowsOf(text)), () => undefined);
    return () => {
      gone = true;
    };
  }, [text]);
  if (rows.length === 0) return null;
  const path = rows.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ''))).join('');
  return (
    <svg class="qr" role="img" aria-label={name} viewBox={`0 0 ${rows.length} ${rows.length}`} shape-rendering="crispEdges">
      <rect width="100%" height="100%" fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
