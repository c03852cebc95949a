"""A cluster as processes on loopback and an oracle outside of it, who knows what was acknowledged: for cluster-chaos,
cluster-moves and cluster-figures."""
import base64, contextlib, json, os, pathlib, random, shutil, socket, subprocess, sys, threading, time, urllib.error, urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
WHORL = os.environ.get("WHORL_BINARY", ROOT / "build/release/cli/whorl")
NATS = shutil.which("nats-server", path=os.environ.get("PATH", "") + ":/usr/sbin")
THERE, ERASED, OPEN = "there", "erased", "open"


def free_ports(count):
    """So many that nobody listens on, all different: each is held until the last is found."""
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def free_port():
    return free_ports(1)[0]


class NotInTime(SystemExit):
    """Ends whoever does not wait for it, with its words."""


def wait_for(what, seconds, ask):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = ask()
        if found:
            return found
        time.sleep(0.2)
    raise NotInTime(f"{pathlib.Path(sys.argv[0]).name}: {what} did not come to be within {seconds} s")


def make_people(folder, subjects, seed):
    """Their names; each has two captures of a finger."""
    subprocess.run([WHORL, "synth", "--out", folder / "people", "--subjects", str(subjects), "--impressions", "2", "--seed", str(seed)],
                   check=True, stdout=subprocess.DEVNULL)
    return sorted(path.name for path in (folder / "people").iterdir() if path.is_dir())


class Cluster:
    """The processes, each by its name. `parts`: as the cluster's file has them; `keep_log`: for how many seconds a change stays in the
    log, at least and at most. A change that is asked for again after its leader ended is to be known yet."""

    def __init__(self, folder, parts, keep_log=(20, 60)):
        self.folder = folder
        self.lock = threading.Lock()  # of who starts and ends processes
        self.running = {}
        self.port, *ports = free_ports(7)
        self.brokers = {f"broker-{i}": (ports[2 * i], ports[2 * i + 1]) for i in range(3)}
        self.url = f"http://127.0.0.1:{self.port}"
        os.environ["CREDENTIALS_DIRECTORY"] = str(folder)
        for key in ("root.key", "cluster.key"):
            (folder / key).write_bytes(os.urandom(32))
            (folder / key).chmod(0o600)
        servers = ", ".join(f'"nats://127.0.0.1:{client}"' for client, _ in self.brokers.values())
        self.common = (f'name = "chaos"\nkey = "cluster.key"\nservers = [{servers}]\n'
                       f'keep_log_s = {keep_log[0]}\nkeep_log_at_most_s = {keep_log[1]}\n')
        self.write(parts)
        routes = ", ".join(f'"nats-route://127.0.0.1:{route}"' for _, route in self.brokers.values())
        for name, (client, route) in self.brokers.items():
            (folder / f"{name}.conf").write_text(
                f'server_name: "{name}"\nlisten: "127.0.0.1:{client}"\nmax_payload: 8MB\n'
                f'cluster {{ name: "chaos", listen: "127.0.0.1:{route}", routes: [{routes}] }}\n')

    def write(self, parts):
        (self.folder / "cluster.toml").write_text(self.common + parts)

    def file_of(self, name):
        return self.folder / "cluster.toml"

    def environment_of(self, name):
        return None  # this process's own

    def command(self, name):
        if name in self.brokers:
            return [NATS, "-c", self.folder / f"{name}.conf"]
        cluster = ["--cluster", self.file_of(name)]
        gallery = self.folder / f"gallery-{name}"
        made = [] if (gallery / "CURRENT").exists() else ["--create"]
        if name == "front":
            return [WHORL, "serve", *cluster, "--gallery-dir", gallery, *made, "--port", str(self.port), "--json"]
        return [WHORL, "part", *cluster, "--name", name, "--gallery-dir", gallery, *made]

    def start(self, name):
        log = open(self.folder / f"{name}.log", "a")
        self.running[name] = subprocess.Popen(self.command(name), stdout=log, stderr=subprocess.STDOUT, env=self.environment_of(name))

    def end(self, name):
        process = self.running.pop(name, None)
        if process is not None:
            process.kill()
            process.wait()

    def runs(self, name):
        return name in self.running and self.running[name].poll() is None

    def end_all(self):
        for name in list(self.running):
            with contextlib.suppress(ProcessLookupError):
                self.end(name)

    def tell_all(self, lines=25):
        """What each process said last, and what a check says now: for who reads that it went wrong."""
        status, said = self.check()
        print(f"cluster check: exit status {status}: {json.dumps(said)[:4000]}", flush=True)
        for name in [*self.brokers, *(path.stem for path in sorted(self.folder.glob("*.log")) if path.stem not in self.brokers)]:
            log = self.folder / f"{name}.log"
            said = log.read_text(errors="replace").splitlines()[-lines:] if log.exists() else []
            print(f"--- {name}, {'running' if self.runs(name) else 'not running'}:", *(line[:300] for line in said), sep="\n    ", flush=True)

    def check(self, within=20):
        done = subprocess.run([WHORL, "cluster", "check", "--cluster", self.folder / "cluster.toml", "--json", "--within", str(within)],
                              capture_output=True, text=True)
        with contextlib.suppress(ValueError):
            return done.returncode, json.loads(done.stdout)
        return done.returncode, {"said": done.stderr}


def names_in(said):
    """Of whom an answer names."""
    return [candidate["personId"] for candidate in said.get("candidates", [])]


class Oracle:
    """What is known of everybody, and what was answered."""

    def __init__(self, cluster, subjects, strangers, seed):
        self.cluster, self.subjects, self.strangers = cluster, subjects, strangers
        self.random = random.Random(seed)
        self.known = {}
        self.counts = {"enrolled": 0, "erased": 0, "complete answers": 0, "refused": 0}
        self.violations = []

    def ask(self, path, body=None, method=None, seconds=8):
        request = urllib.request.Request(self.cluster.url + path, None if body is None else json.dumps(body).encode(), {
            "Content-Type": "application/json", "Accept": "application/vnd.whorl.identify+json, application/json"}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                return answer.status, json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as refused:
            with contextlib.suppress(ValueError):
                return refused.code, json.loads(refused.read() or b"{}")
            return refused.code, {}
        except (OSError, ValueError) as lost:  # the front is away, or was ended meanwhile
            time.sleep(0.5)
            return 0, {"message": str(lost), "sent": "refused" not in str(lost)}

    def finger(self, subject, capture):
        image = (self.cluster.folder / "people" / subject / f"right_index_{capture}.png").read_bytes()
        return [{"biometricType": "FINGER", "biometricSubType": "RIGHT_INDEX", "image": base64.b64encode(image).decode()}]

    def count(self, what):
        self.counts[what] += 1

    def wrong(self, what):
        self.violations.append(what)
        print("VIOLATION: " + what, flush=True)

    def enrol(self):
        left = [subject for subject in self.subjects if subject not in self.known]
        if not left:
            return self.search()
        subject = left[0]
        self.known[subject] = OPEN
        status, said = self.ask(f"/v1/persons/{subject}/encounters/e1?transactionId=chaos", {
            "galleries": ["default"], "encounterType": "chaos", "status": "ACTIVE", "biometricData": self.finger(subject, 1)})
        if status == 200:
            self.known[subject] = THERE
        elif status == 0 and not said["sent"]:
            del self.known[subject]
        elif status not in (0, 503):
            self.wrong(f"enrolling {subject}: HTTP {status}: {said}")
        self.count("enrolled" if status == 200 else "refused")

    def erase(self):
        there = [subject for subject, state in self.known.items() if state != ERASED]
        if len(there) < 4:
            return self.enrol()
        subject = self.random.choice(there)
        before, self.known[subject] = self.known[subject], OPEN
        status, said = self.ask(f"/v1/persons/{subject}?transactionId=chaos", method="DELETE")
        if 200 <= status < 300:
            self.known[subject] = ERASED
        elif status == 404 and before == THERE:
            self.wrong(f"{subject} was enrolled and is nobody")
        elif status not in (0, 404, 503):
            self.wrong(f"erasing {subject}: HTTP {status}: {said}")
        self.count("erased" if 200 <= status < 300 else "refused")

    def search(self, subject=None):
        if subject is None:
            some = list(self.known) if self.random.random() < 0.7 else []
            subject = self.random.choice(some or self.strangers)
        known = self.known.get(subject, ERASED)
        status, said = self.identify(subject)
        self.count("complete answers" if status == 200 else "refused")
        if status != 200:
            if status not in (0, 503):
                self.wrong(f"searching {subject}: HTTP {status}: {said}")
            return False
        receipt = said.get("receipt", {})
        if receipt.get("partsOk", receipt.get("parts_ok")) != receipt.get("partsTotal", receipt.get("parts_total")):
            self.wrong(f"an answer without partialOk is not complete: {receipt}")
        named = subject in names_in(said)
        if known == ERASED and named:
            self.wrong(f"{subject} returned: {said}")
        if known == THERE and not named and self.alike(subject):
            self.wrong(f"{subject} is missing: {said}")
        return True

    def named(self, subject):
        """Whom an answer about these prints names."""
        status, said = self.identify(subject)
        return names_in(said) if status == 200 else []

    def identify(self, subject, **how):
        return self.ask("/v1/identify/default?transactionId=chaos", {"filter": {}, "biometricData": self.finger(subject, 2)}, **how)

    def alike(self, subject):
        """Whether a search for the second capture has to name who was enrolled with the first: some captures are too poor."""
        captures = [self.cluster.folder / "people" / subject / f"right_index_{capture}.png" for capture in (1, 2)]
        done = subprocess.run([WHORL, "compare", *captures, "--json"], capture_output=True, text=True)
        return json.loads(done.stdout)["score_db"] >= 55

    def search_everybody(self):
        for subject in [*self.known, *self.strangers]:
            wait_for("a complete answer", 60, lambda subject=subject: self.search(subject))

    def hold_count(self, persons):
        least = sum(state == THERE for state in self.known.values())
        most = sum(state != ERASED for state in self.known.values())
        if not least <= persons <= most:
            self.wrong(f"{persons} persons, and {least} to {most} were to be there")

    def step(self, share=1.0):
        """`share`: of the time that has passed; people are enrolled and erased as evenly."""
        doing = self.random.choice([self.enrol] * 3 + [self.erase] + [self.search] * 4)
        if doing == self.enrol and len(self.known) > share * len(self.subjects) + 4:
            doing = self.search
        if doing == self.erase and 3 * self.counts["erased"] > len(self.known):
            doing = self.search
        doing()
