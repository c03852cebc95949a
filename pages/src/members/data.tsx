// Data on a person whom another member knows: asked for, waited for, and shown with the terms that they came with.
import {useEffect, useState} from 'preact/hooks';
import {type Item, Refused} from '../api';
import {type Faults, Fault} from '../form';
import {Icon} from '../icons';
import {type Told, refusalOf} from '../refusal';
import {Say} from '../say';
import {knows, t, textOr, time} from '../words';
import {type Release, askData, readData} from './asked';

const kSoon_ms = 3000;
const kLater_ms = 30_000;
const kMostBasis = 160; // characters: of any language within the 500 bytes that the node takes

export const itemName = (item: string): string => textOr(`item.${item}`, item);

// What came is a member's own and in its words: names as they are, in their own direction.
export function Facts({of}: {of: unknown}) {
  if (of === null || typeof of !== 'object') return <bdi>{String(of ?? '')}</bdi>;
  return (
    <dl class="facts">
      {Object.entries(of).map(([name, value]) => (
        <div key={name}>
          <dt><bdi>{name}</bdi></dt>
          <dd><Facts of={value} /></dd>
        </div>
      ))}
    </dl>
  );
}

function Answer({release}: {release: Release}) {
  const why = `release.why.${release.why}`;
  const change = `release.change.${release.change}`;
  return (
    <div data-release={release.state} role="status">
      <p>
        <strong>{t(`release.state.${release.state}`)}</strong> {release.state === 'waiting' && <Say code="release.until" values={{time: time(new Date(release.expiresAt))}} />}
        {release.why !== '' && knows(why) && t(why)}
      </p>
      {release.change !== '' && knows(change) && <p class="note">{t(change)}</p>}
      {release.data !== null && Object.entries(release.data).map(([item, value]) => (
        <section key={item} aria-label={itemName(item)}>
          <h4>{itemName(item)}</h4>
          <Facts of={value} />
        </section>
      ))}
      {release.terms !== null && <p class="record"><Say code="release.terms" values={{time: time(new Date(release.terms.deleteBy))}} /></p>}
    </div>
  );
}

type Field = 'items' | 'basis';
interface DataProps {
  check: string;
  member: string;
  items: string[]; // of the purpose
  samples: Item[]; // those of the check: the member has deleted its own
}

export function DataFrom({check, member, items, samples}: DataProps) {
  const [chosen, setChosen] = useState<string[]>([]);
  const [why, setWhy] = useState('');
  const [faults, setFaults] = useState<Faults<Field>>({});
  const [release, setRelease] = useState<Release | null>(null);
  const [told, setTold] = useState<Told | null>(null);
  const [busy, setBusy] = useState(false);
  const asked = release !== null;
  const waiting = release?.state === 'waiting';

  // What was released may be corrected or taken back while the page is open.
  useEffect(() => {
    if (!asked) return undefined;
    const stop = new AbortController();
    const timer = setInterval(() => {
      readData(check, member, stop.signal).then(setRelease, () => undefined);
    }, waiting ? kSoon_ms : kLater_ms);
    return () => {
      stop.abort();
      clearInterval(timer);
    };
  }, [asked, waiting, check, member]);

  const submit = async (event: Event) => {
    event.preventDefault();
    const found: Faults<Field> = {};
    if (chosen.length === 0) found.items = () => t('release.fault.items');
    if (why.trim() === '') found.basis = () => t('release.fault.basis');
    setFaults(found);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    setTold(null);
    try {
      setRelease(await askData(check, member, chosen, why.trim(), samples));
    } catch (error) {
      // It was asked before, and the answer of that is the answer.
      const before = error instanceof Refused && error.status === 409 ? await readData(check, member, new AbortController().signal).catch(() => null) : null;
      if (before === null) setTold(refusalOf(error));
      else setRelease(before);
    } finally {
      setBusy(false);
    }
  };
  const id = `data-${member}`;
  return (
    <section class="box" aria-labelledby={id} data-data-of={member}>
      <h4 id={id}><Say code="release.title" values={{member}} /></h4>
      {release !== null && <Answer release={release} />}
      {release === null && items.length > 0 && (
        <form class="noprint" onSubmit={submit} noValidate>
          <p>{t('release.intro')}</p>
          <fieldset>
            <legend>{t('release.items')}</legend>
            <Fault id={`${id}-items-fault`} text={faults.items} />
            {items.map((item) => (
              <label key={item} class="inline choice">
                <input type="checkbox" value={item} checked={chosen.includes(item)}
                  onChange={(event) => setChosen(event.currentTarget.checked ? [...chosen, item] : chosen.filter((each) => each !== item))} /> {itemName(item)}
              </label>
            ))}
          </fieldset>
          <label for={`${id}-basis`}>{t('release.basis')}</label>
          <p class="hint">{t('release.basis.hint')}</p>
          <Fault id={`${id}-basis-fault`} text={faults.basis} />
          <input id={`${id}-basis`} class="wide" value={why} maxLength={kMostBasis} dir="auto" autocomplete="off" onInput={(event) => setWhy(event.currentTarget.value)} />
          {told !== null && <p class="fault" role="alert"><Icon sign="bad" /> {told.what}</p>}
          <div class="bar"><button type="submit" disabled={busy}>{t('release.ask')}</button></div>
        </form>
      )}
    </section>
  );
}
