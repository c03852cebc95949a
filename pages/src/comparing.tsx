// The prints of one candidate, asked for and shown.
import {useRef, useState} from 'preact/hooks';
import {type Candidate, type Case, type Explanation, type Item, explain} from './api';
import {Compare} from './compare';
import {Icon} from './icons';
import {type Told, refusalOf} from './refusal';
import {t} from './words';

interface Look {
  person: string;
  explanation: Explanation | null;
  told: Told | null;
}

export function useLook() {
  const [look, setLook] = useState<Look | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const lookAt = async (about: Case, candidate: Candidate, items: Item[], stop: AbortSignal) => {
    setLook({person: candidate.personId, explanation: null, told: null});
    try {
      const explanation = await explain(about, candidate.personId, items, stop);
      if (stop.aborted) return;
      setLook({person: candidate.personId, explanation, told: null});
      heading.current?.focus();
    } catch (error) {
      if (!stop.aborted) setLook({person: candidate.personId, explanation: null, told: refusalOf(error)});
    }
  };
  const busy = look !== null && look.explanation === null && look.told === null;
  const shown = look === null ? null : (
    <section class="box compare" aria-labelledby="compare-heading">
      <h2 id="compare-heading" ref={heading} tabIndex={-1}>{t('compare.title')}</h2>
      {look.told !== null && <p class="fault" role="alert">{look.told.what}</p>}
      {busy && <p role="status"><Icon sign="busy" /> {t('compare.loading')}</p>}
      {look.explanation !== null && <Compare person={look.person} explanation={look.explanation} />}
    </section>
  );
  return {person: look?.person ?? null, busy, shown, lookAt, close: () => setLook(null)};
}
