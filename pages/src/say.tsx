// Texts of the catalogue as elements: an argument that came from outside stands apart, whatever way it is written.
import {pieces, type Values} from './words';

export function Say({code, values = {}}: {code: string; values?: Values}) {
  return (
    <>
      {pieces(code, values).map((piece) =>
        piece.argument && typeof piece.text === 'string' ? <bdi>{piece.text}</bdi> : piece.text,
      )}
    </>
  );
}
