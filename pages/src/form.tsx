// What is wrong with a form: beside its field, and above the form with the focus there.
import {useLayoutEffect, useRef} from 'preact/hooks';
import {Icon} from './icons';
import {type Line, lineOf, t} from './words';

export type Faults<Field extends string> = Partial<Record<Field, Line>>;

interface ProblemsProps<Field extends string> {
  fields: readonly Field[];
  faults: Faults<Field>;
  round: number; // of trying: the focus comes here at each
}

export function Problems<Field extends string>({fields, faults, round}: ProblemsProps<Field>) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), [round]);
  return (
    <div class="error" role="alert">
      <h2 ref={heading} tabIndex={-1}>{t('shell.problem')}</h2>
      <ul>
        {fields.filter((field) => faults[field] !== undefined).map((field) => (
          <li key={field}>
            <a href={`#${field}`} onClick={(event) => { event.preventDefault(); document.getElementById(field)?.focus(); }}>{lineOf(faults[field]!)}</a>
          </li>
        ))}
      </ul>
    </div>
  );
}

export function Fault({id, text}: {id: string; text: Line | undefined}) {
  if (text === undefined) return null;
  return <p class="fault" id={id}><Icon sign="bad" /> {lineOf(text)}</p>;
}
