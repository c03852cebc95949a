// Texts of the catalogue as elements: an argument that came from outside stands apart, whatever way it is written.
import {knows, pieces, textOr, type Values} from './words';

export function Say({code, values = {}}: {code: string; values?: Values}) {
  return (
    <>
      {pieces(code, values).map((piece) =>
        piece.argument && typeof piece.text === 'string' ? <bdi>{piece.text}</bdi> : piece.text,
      )}
    </>
  );
}

// A word of a policy to choose: in the catalogue's text, or as it is.
export function WordOption({code, own}: {code: string; own: string}) {
  return <option value={own} data-raw={knows(code) ? undefined : true}>{textOr(code, own)}</option>;
}
