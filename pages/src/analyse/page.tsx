// The analyst's page: what was measured, what a threshold would mean for a day, and proposing one.
import {useCallback, useEffect, useState} from 'preact/hooks';
import {type Me, Refused} from '../api';
import {persistently} from '../patience';
import {refusalOf} from '../refusal';
import {Say} from '../say';
import {number, t} from '../words';
import {type Comparison, type ListedRun, type Run, type Settings, type Study, askDifferences, askRun, askRuns, askThresholds} from './asked';
import {Curves, type Shown} from './curves';
import {DayView, type Place, kUsualPlace} from './day';
import {Differences, SideBySide} from './side_by_side';
import {InForceView, Proposals, ProposeForm} from './thresholds';

const kFirst_db = 45;

export function AnalysePage({me, onStranger}: {me: Me; onStranger: () => void}) {
  const [runs, setRuns] = useState<ListedRun[]>([]);
  const [noRuns, setNoRuns] = useState<string | null>(null);
  const [settings, setSettings] = useState<Settings | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [said, setSaid] = useState('');
  const [first, setFirst] = useState<Run | null>(null);
  const [second, setSecond] = useState<Run | null>(null);
  const [differences, setDifferences] = useState<Comparison[] | string | null>(null);
  const [study, setStudy] = useState(0);
  const [threshold, setThreshold] = useState(kFirst_db);
  const [place, setPlace] = useState<Place>(kUsualPlace);

  const failed = useCallback((error: unknown) => {
    if (error instanceof Refused && error.status === 401) onStranger();
    setProblem(refusalOf(error).what);
  }, []);
  const open = useCallback(async (id: string, into: (run: Run | null) => void) => {
    setProblem(null);
    try {
      into(id === '' ? null : await askRun(id));
    } catch (error) {
      into(null);
      failed(error);
    }
  }, []);
  const readSettings = useCallback(async () => {
    try {
      setSettings(await askThresholds());
    } catch (error) {
      failed(error);
    }
  }, []);
  useEffect(() => {
    void readSettings();
    askRuns().then(
      (found) => {
        setRuns(found);
        if (found.length > 0) void open(found[0]!.id, setFirst);
        else setNoRuns(t('analyse.runs.none'));
      },
      (error: unknown) => (error instanceof Refused && error.status === 503 ? setNoRuns(t('analyse.runs.off')) : failed(error)),
    );
  }, []);
  // Pair by pair, where both are of the same samples; else why not. What was chosen before is not waited for.
  const both = first !== null && second !== null && first.id !== second.id ? [first.id, second.id] as const : null;
  useEffect(() => {
    setDifferences(both === null ? null : t('analyse.runs.comparing'));
    if (both === null) return;
    const over = new AbortController();
    const tell = (found: Comparison[] | string) => { if (!over.signal.aborted) setDifferences(found); };
    persistently(() => askDifferences(...both), () => {}, over.signal).then(tell, (error: unknown) => {
      const paired = !(error instanceof Refused && error.status === 400);
      tell(paired ? refusalOf(error).what : t('analyse.runs.notPaired'));
      if (error instanceof Refused && error.status === 401 && !over.signal.aborted) onStranger();
    });
    return () => over.abort();
  }, [both?.join('\n')]);
  const changed = (what: string) => {
    setSaid(what);
    void readSettings();
  };

  const chosen: Study | undefined = first?.searches[study] ?? first?.searches[0];
  const other = chosen && second?.searches.find((each) => each.fingers === chosen.fingers && (each.set === chosen.set || second.searches.length === 1));
  const shown: Shown[] = [];
  if (first !== null && chosen !== undefined) shown.push({run: first, study: chosen});
  if (second !== null && other !== undefined) shown.push({run: second, study: other});
  const basis = first === null || chosen === undefined ? null : {id: first.id, set: chosen.set, fingers: chosen.fingers, supported_db: chosen.supported_db};
  return (
    <>
      {problem !== null && <p class="fault" role="alert">{problem}</p>}
      <p role="status" class="said">{said}</p>
      {noRuns !== null && <p class="box">{noRuns}</p>}
      {runs.length > 0 && (
        <Choose runs={runs} first={first} second={second} study={chosen === undefined ? 0 : first!.searches.indexOf(chosen)}
          onFirst={(id) => { setStudy(0); void open(id, setFirst); }} onSecond={(id) => void open(id, setSecond)} onStudy={setStudy} />
      )}
      {first !== null && <Provenance run={first} />}
      {first !== null && chosen === undefined && <p class="box">{t('analyse.runs.noSearches')}</p>}
      {second !== null && other === undefined && <p class="box" role="status">{t('analyse.runs.noSecond')}</p>}
      {chosen !== undefined && (
        <>
          <DayView run={first!.id} study={chosen} threshold={threshold} place={place} onThreshold={setThreshold} onPlace={setPlace} />
          <Curves shown={shown} threshold={threshold} />
          <SideBySide shown={shown} />
        </>
      )}
      {differences !== null && <Differences of={differences} />}
      {first !== null && second === null && <Differences of={first.comparison} />}
      {settings !== null && (
        <div class="cols">
          <InForceView settings={settings} />
          <Proposals me={me} settings={settings} onChanged={changed} onStranger={onStranger} />
          <ProposeForm me={me} threshold={threshold} band={place.reviewBandDb} basis={basis} onChanged={changed} />
        </div>
      )}
    </>
  );
}

interface ChooseProps {
  runs: ListedRun[];
  first: Run | null;
  second: Run | null;
  study: number;
  onFirst: (id: string) => void;
  onSecond: (id: string) => void;
  onStudy: (study: number) => void;
}

function Choose({runs, first, second, study, onFirst, onSecond, onStudy}: ChooseProps) {
  const nameOf = ({id, provenance}: ListedRun) => (provenance?.date ? `${id} · ${provenance.date.slice(0, 10)}` : id);
  return (
    <div class="box bar noprint">
      <span class="small">
        <label for="run">{t('analyse.runs.first')}</label>
        <select id="run" value={first?.id ?? ''} onChange={(event) => onFirst(event.currentTarget.value)}>
          {runs.map((run) => <option key={run.id} value={run.id} data-raw>{nameOf(run)}</option>)}
        </select>
      </span>
      {first !== null && first.searches.length > 1 && (
        <span class="small">
          <label for="study">{t('analyse.runs.study')}</label>
          <select id="study" value={String(study)} onChange={(event) => onStudy(Number(event.currentTarget.value))}>
            {first.searches.map((each, i) => <option key={i} value={String(i)} data-raw>{`${each.set} · ${each.fingers}`}</option>)}
          </select>
        </span>
      )}
      <span class="small">
        <label for="second">{t('analyse.runs.second')}</label>
        <select id="second" value={second?.id ?? ''} onChange={(event) => onSecond(event.currentTarget.value)}>
          <option value="">{t('analyse.runs.noneOther')}</option>
          {runs.filter((run) => run.id !== first?.id).map((run) => <option key={run.id} value={run.id} data-raw>{nameOf(run)}</option>)}
        </select>
      </span>
    </div>
  );
}

function Provenance({run}: {run: Run}) {
  const {provenance} = run;
  return (
    <details id="provenance">
      <summary>{t('analyse.provenance.title')}</summary>
      <dl class="facts">
        <div><dt>{t('analyse.provenance.command')}</dt><dd><bdi class="code">{provenance.command}</bdi></dd></div>
        <div><dt>{t('analyse.provenance.date')}</dt><dd><bdi>{provenance.date}</bdi></dd></div>
        <div><dt>{t('analyse.provenance.version')}</dt><dd><bdi>{provenance.whorl}</bdi></dd></div>
        <div><dt>{t('analyse.provenance.seed')}</dt><dd>{number(provenance.seed ?? 0)}</dd></div>
        <div><dt>{t('analyse.provenance.digest')}</dt><dd><bdi class="code">{run.sha256}</bdi></dd></div>
        <div><dt>{t('analyse.provenance.calibration')}</dt><dd><bdi>{provenance.calibration.name}</bdi> <bdi class="code">{provenance.calibration.sha256}</bdi></dd></div>
        {run.searches.map((study, i) => (
          <div key={i}><dt><bdi>{study.set}</bdi></dt><dd><Say code="analyse.provenance.study" values={{searches: number(study.searches), gallery: number(study.gallery_size), fingers: number(study.fingers)}} /></dd></div>
        ))}
      </dl>
    </details>
  );
}
