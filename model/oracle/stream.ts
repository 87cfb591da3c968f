/**
 * The bytes of one socket on their way to its peer.
 *
 * What the peer reports is matched against the sends in their order. All the places where the peer can be are kept: a send that was
 * broken off may have ended anywhere, and sends of two threads that overlap in time may come in either order, or mixed. So an order is
 * never guessed: it is what the bytes leave open.
 */

import type { Run } from '../winsock/trace.ts';
import { isShared, type Mixed, mixed, type ReadRun, remainder, windowOf } from './mixing.ts';
import { distinct, ended, endingWithin, exactly, firstPlace, forgetful, type Lattice, type Place, startOf, startWithin } from './places.ts';
import { type Posting, type Segment, Segments } from './segments.ts';
import { Sums } from './sums.ts';

/** Places that are kept at most. Where there are more, a step that none of the kept ones permits is undecided. */
const placesMax = 512;
/** Urgent sends that nobody read are kept at most. */
const urgentMax = 1024;

export class ByteStream {
  readonly period: number;
  #segments = new Segments();
  #places: readonly Place[] = [firstPlace];
  #received = 0;
  /** Segments of which something may still tell how much of them left. */
  #watched = new Map<number, Segment>();
  /** Of the segments that are forgotten. */
  #forgotten = { least: 0, most: 0 };
  /** Calls that have begun and not ended. */
  #open = 0;
  /** Segments that began by this step and had their place before it are consumed. */
  #consumedBefore = -1;
  /** Urgent sends whose urgent byte was not read apart from the stream. */
  #urgent: Segment[] = [];
  #urgentForgotten = false;
  /** Bytes that the transport said it took; undefined when it never said. */
  #took: number | undefined;
  #sums: Sums | undefined;
  /** Places were left out, so that a refusal may be wrong. */
  incomplete = false;

  constructor(period: number) {
    this.period = period;
  }

  clone(segmentOf: Map<Segment, Segment>): ByteStream {
    const copy = new ByteStream(this.period);
    copy.#segments = this.#segments.clone(segmentOf);
    copy.#places = this.#places;
    copy.#received = this.#received;
    copy.#open = this.#open;
    copy.#forgotten = { ...this.#forgotten };
    for (const [sequence, segment] of this.#watched) copy.#watched.set(sequence, segmentOf.get(segment) ?? twinOf(segment, segmentOf));
    copy.#consumedBefore = this.#consumedBefore;
    copy.#urgent = this.#urgent.map((segment) => segmentOf.get(segment) ?? twinOf(segment, segmentOf));
    copy.#urgentForgotten = this.#urgentForgotten;
    copy.#took = this.#took;
    copy.#sums = this.#sums?.clone();
    copy.incomplete = this.incomplete;
    return copy;
  }

  // ---- Sends ---------------------------------------------------------------------------------------------------------------------

  post(posting: Posting): Segment {
    const segment = this.#segments.add(posting, this.#open === 0);
    const isUnderWay = posting.ended === Infinity;
    if (isUnderWay) {
      this.#open++;
      segment.taken = 0;
      if (posting.mayTakePart) segment.min = 0;
    }
    if (segment.watched) this.#watched.set(segment.sequence, segment);
    if (segment.urgent) {
      this.#urgent.push(segment);
      if (this.#urgent.length > urgentMax) {
        this.unwatch(this.#urgent.shift()!);
        this.#urgentForgotten = true;
      }
    }
    this.#sums?.change(segment.sequence, isUnderWay ? 0 : posting.length, posting.length);
    return segment;
  }

  /**
   * The call behind the segment has returned, and what begins from here on comes behind it. It took this much, or at most this much where it
   * was broken off. False when the peer's reports exclude that.
   */
  end(segment: Segment, taken: number, at: number, isBrokenOff = false): boolean {
    const least = isBrokenOff || segment.pieces ? 0 : Math.max(0, segment.urgent ? taken - 1 : taken);
    const places = this.#places.flatMap((place) => this.#withRead(place, segment, least, taken));
    if (places.length === 0) return false;
    this.fix(segment, at);
    this.#resize(segment, taken);
    if (!isBrokenOff) {
      segment.min = Math.min(least, segment.length);
      this.#sums?.change(segment.sequence, taken - segment.taken, 0);
      segment.taken = taken;
    }
    this.#keep(places);
    return true;
  }

  /** Its place is fixed from here on, although its call goes on. */
  fix(segment: Segment, at: number): void {
    if (segment.ended !== Infinity) return;
    this.#open--;
    segment.ended = at;
  }

  /** From here on the segment may turn out to have ended early. */
  loosen(segment: Segment): void {
    segment.min = 0;
    this.#sums?.change(segment.sequence, -segment.taken, 0);
    segment.taken = 0;
  }

  /** The transport takes the segment in pieces, and may mark the last byte of each as urgent: any of them may be missing from the stream. */
  inPieces(segment: Segment): void {
    if (!segment.urgent) return;
    segment.pieces = true;
    segment.unknown = true;
    segment.min = 0;
    // How much of it the stream carries says nothing about how much was taken.
    this.unwatch(segment);
  }

  /** Nothing will tell any more how much of it left. */
  unwatch(segment: Segment): void {
    if (!segment.watched) return;
    segment.watched = false;
    this.#watched.delete(segment.sequence);
    this.#keep(this.#places);
  }

  /** What was broken off has ended: no more of it leaves than has left by now, as far as the transport reported. */
  close(segment: Segment): void {
    if (this.#took !== undefined && segment.taken < segment.size) this.#resize(segment, Math.max(segment.taken, this.leftMax(segment)));
  }

  /** The segment has left in full, and with it what had its place before it. False when the peer's reports exclude that. */
  complete(segment: Segment): boolean {
    const most = segment.urgent ? segment.length - 1 : segment.length;
    const places = this.#places.flatMap((place) => this.#withRead(place, segment, segment.pieces ? 0 : most, segment.length));
    if (places.length === 0) return false;
    this.#sums?.change(segment.sequence, segment.size - segment.taken, 0);
    segment.taken = segment.size;
    if (!segment.pieces) segment.min = most;
    this.#keep(places);
    this.consume(segment);
    return true;
  }

  /** The transport has taken all of the segment. What takes no room has waited for nothing, so that it tells nothing of what came before it. */
  consume(segment: Segment): void {
    segment.consumed = true;
    if (segment.length > 0) this.tookSome(segment);
  }

  /** The transport has taken some of the segment, and so all that had its place before it. */
  tookSome(segment: Segment): void {
    this.#consumedBefore = Math.max(this.#consumedBefore, segment.alone ? segment.ended : segment.began);
  }

  canComplete(segment: Segment): boolean {
    return this.leftMax(segment) >= segment.asked;
  }

  /** The most bytes of the segment that can have left. */
  leftMax(segment: Segment): number {
    let left = 0;
    for (const place of this.#places) left = Math.max(left, this.#mostRead(place, segment));
    if (this.#sums === undefined || segment.sequence < this.#segments.first) return left;
    return Math.max(0, Math.min(left, this.#took! - this.#sums.before(segment.sequence).least));
  }

  /** The operation reported this many bytes, so at least as many have left. */
  atLeast(segment: Segment, count: number): void {
    const places = this.#places.flatMap((place) =>
      this.#withRead(place, segment, segment.urgent ? Math.max(0, count - 1) : count, segment.length),
    );
    if (places.length > 0) this.#places = distinct(places);
    if (!segment.urgent) segment.min = Math.max(segment.min, Math.min(count, segment.length));
    this.#sums?.change(segment.sequence, Math.max(0, count - segment.taken), 0);
    segment.taken = Math.max(segment.taken, count);
  }

  /** True when the transport has taken all of the segment for certain. */
  surelyConsumed(segment: Segment): boolean {
    if (segment.consumed || segment.ended <= this.#consumedBefore) return true;
    if (this.#sums !== undefined && segment.sequence >= this.#segments.first) {
      if (this.#sums.before(segment.sequence).most + segment.size <= this.#took!) return true;
    }
    return this.#places.every((place) => this.#isRead(place, segment));
  }

  /** The peer has read all of it, at this place. */
  #isReadAt(place: Place, segment: Segment): boolean {
    const { at, strands } = place;
    if (at > segment.sequence || segment.length === 0) return true;
    const strand = strands.find(({ sequence }) => sequence === segment.sequence);
    if (strand !== undefined) return strand.passed || strand.read >= segment.length;
    return strands.length === 0 && at === segment.sequence && this.#received - startOf(place).hi >= segment.length;
  }

  #isRead(place: Place, segment: Segment): boolean {
    const isOver = (earlier: Segment): boolean =>
      earlier.consumed || earlier.ended <= this.#consumedBefore || this.#isReadAt(place, earlier);
    if (segment.length > 0) return isOver(segment);
    // A send of no bytes waits for what was posted before it, and for nothing else.
    for (let sequence = place.at; sequence < segment.sequence; sequence++) if (!isOver(this.#segments.at(sequence)!)) return false;
    return true;
  }

  // ---- What the far end reports --------------------------------------------------------------------------------------------------

  /** True when the peer has read everything that was accepted, whatever may have been broken off. */
  get drained(): boolean {
    return this.#places.every((place) => {
      for (let sequence = place.at; sequence < this.#segments.end; sequence++) {
        if (!this.#isReadAt(place, this.#segments.at(sequence)!)) return false;
      }
      return true;
    });
  }

  /** The transport took these bytes. False when fewer were sent. */
  transportTook(bytes: number): boolean {
    const sums = this.#sums ?? this.#summed();
    const took = (this.#took ?? 0) + bytes;
    if (took > sums.before(this.#segments.end).most) return false;
    this.#took = took;
    this.#sums = sums;
    return true;
  }

  #summed(): Sums {
    const sums = new Sums();
    for (const { sequence, taken, size } of this.#segments) sums.change(sequence, taken, size);
    if (this.#segments.first > 0) sums.change(0, this.#forgotten.least, this.#forgotten.most);
    return sums;
  }

  /** The peer received these bytes next. False when no place fits; nothing has changed then. */
  receive(runs: readonly Run[], now: number): boolean {
    let places = this.#places;
    let received = this.#received;
    for (const [start, length] of runs) {
      if (length === 0) continue;
      places = this.#follow(places, { start: start % this.period, period: this.period, from: received, to: received + length, now });
      if (places.length === 0) return false;
      received += length;
    }
    if (this.#took !== undefined && received > this.#took) return false;
    this.#received = received;
    this.#keep(places);
    this.#forget();
    return true;
  }

  /**
   * The peer read these bytes apart from the stream: the last ones of an urgent send, or any of one that is taken in pieces. False when no
   * urgent send offers them. Nothing of them is in the stream then.
   */
  receiveUrgent(values: readonly number[]): boolean {
    for (const [index, segment] of this.#urgent.entries()) {
      const pieceEnd = this.#offers(segment, values);
      if (pieceEnd === undefined) continue;
      const places = segment.pieces
        ? this.#places
        : this.#places.flatMap((place) => this.#withRead(place, segment, 0, segment.length - values.length));
      if (places.length === 0) continue;
      segment.apart = pieceEnd;
      if (pieceEnd === segment.size) {
        this.#urgent.splice(index, 1);
        this.consume(segment);
      } else this.tookSome(segment);
      if (!segment.pieces) {
        segment.length -= values.length;
        segment.min = Math.min(segment.min, segment.length);
      }
      this.#keep(places);
      return true;
    }
    return this.#urgentForgotten;
  }

  /** Behind which of its bytes these urgent ones of a send end, or undefined where they are none of its. */
  #offers({ fill, size, length, pieces, apart }: Segment, values: readonly number[]): number | undefined {
    const { period } = this;
    if (!values.every((value, i) => i === 0 || value === (values[i - 1]! + 1) % period)) return undefined;
    // Of a send that is taken in pieces any byte may be urgent, each once.
    const first = pieces ? apart + remainder(values[0]! - fill - apart, period) : size - values.length;
    if (first < 0 || first + values.length > size || (!pieces && length < size)) return undefined;
    return (fill + first) % period === values[0] ? first + values.length : undefined;
  }

  /** The peer found the end of the stream here. False when something that must arrive is missing. */
  finish(): boolean {
    const places = this.#places.flatMap((place) => this.#finished(place));
    if (places.length === 0) return false;
    this.#keep(places);
    return true;
  }

  /** Whatever the peer has not read never comes: each send that may have ended early did. */
  #finished(place: Place): Place[] {
    let current: Place | undefined = place;
    let { exact } = place;
    for (let sequence = place.at; sequence < this.#segments.end; sequence++) {
      const segment = this.#segments.at(sequence)!;
      const strand = place.strands.find((other) => other.sequence === sequence);
      if (place.strands.length > 0 || sequence > place.at) {
        if (strand?.passed) continue;
        const read = strand?.read ?? 0;
        // A call that has not returned need not have taken effect.
        if (read < segment.min && segment.ended !== Infinity) return [];
        if (segment.watched) exact = [...exact, strand ?? { sequence, read, passed: true, since: -1 }];
        continue;
      }
      const start = startOf(place);
      const least = segment.ended === Infinity ? 0 : segment.min;
      const begun = start.lo <= this.#received ? startWithin(place, this.#received - segment.length, this.#received - least) : undefined;
      if (begun === undefined) return [];
      current = segment.watched || begun.endings.length > 0 ? ended(begun, least, segment.length, exactly(this.#received)) : begun;
      if (current === undefined) return [];
    }
    return [
      {
        ...current!,
        at: this.#segments.end,
        from: current!.endings.length > 0 ? current!.from : exactly(this.#received),
        since: 0,
        exact,
        strands: [],
      },
    ];
  }

  /** What the peer may receive next, for a person: the bytes expected at each place, as runs. */
  expected(): string[] {
    const found = new Set<string>();
    for (const place of this.#places) {
      const start = startOf(place);
      let isOver = true;
      for (const segment of windowOf(this.#segments, place.at, place.strands)) {
        const strand = place.strands.find(({ sequence }) => sequence === segment.sequence);
        const begun = place.strands.length === 0 && segment.sequence === place.at;
        const read = strand?.read ?? (begun ? Math.max(0, this.#received - start.hi) : 0);
        if (read >= segment.length) continue;
        isOver = false;
        const inUnit = read % segment.unit;
        found.add(`[[${(segment.fill + inUnit) % this.period},${Math.min(segment.unit - inUnit, segment.length - read)}]]`);
      }
      const next = this.#segments.at(place.at + 1);
      if (isOver && next !== undefined && next.length > 0) found.add(`[[${next.fill},${Math.min(next.unit, next.length)}]]`);
      else if (isOver) found.add('nothing: every accepted byte has been received');
    }
    return [...found];
  }

  get outstanding(): Iterable<Segment> {
    return this.#segments;
  }

  /** A send that the peer has not read in full may have ended early. */
  get mayBeBrokenOff(): boolean {
    for (const { min, length, urgent } of this.#segments) if (min < (urgent ? length - 1 : length)) return true;
    return false;
  }

  // ---- How much of one segment was read ------------------------------------------------------------------------------------------

  /** The most bytes of the segment that can have left, as far as one place reports. */
  #mostRead(place: Place, segment: Segment): number {
    const ending = place.endings.find(({ sequence }) => sequence === segment.sequence);
    const most = ending?.most ?? place.exact.find(({ sequence }) => sequence === segment.sequence)?.read;
    if (segment.pieces || (most === undefined && place.at <= segment.sequence)) return segment.size;
    // The byte that an urgent send is short of has left apart from the stream.
    return Math.min((most ?? segment.length) + (segment.urgent ? 1 : 0), segment.size);
  }

  /** The place where between `least` and `most` bytes of the segment are in the stream, once it was passed. */
  #withRead(place: Place, segment: Segment, least: number, most: number): Place[] {
    const { sequence } = segment;
    const known = place.exact.find((strand) => strand.sequence === sequence);
    if (known !== undefined) return known.read >= least && known.read <= most ? [place] : [];
    const strand = place.strands.find((other) => other.sequence === sequence);
    if (strand !== undefined) return strand.read <= most && (!strand.passed || strand.read >= least) ? [place] : [];
    if (place.endings.some((ending) => ending.sequence === sequence)) {
      const narrowed = endingWithin(place, sequence, least, most);
      return narrowed === undefined ? [] : [narrowed];
    }
    if (place.at > sequence) return segment.min <= most && segment.length >= least ? [place] : [];
    if (place.at !== sequence || place.strands.length > 0) return [place];
    const narrowed = startOf(place).hi > this.#received ? place : startWithin(place, this.#received - most, Infinity);
    return narrowed === undefined ? [] : [narrowed];
  }

  #resize(segment: Segment, size: number): void {
    this.#sums?.change(segment.sequence, Math.min(segment.taken, size) - segment.taken, size - segment.size);
    const isWhole = size === segment.size;
    segment.size = size;
    segment.length = Math.min(segment.length, size);
    segment.min = Math.min(segment.min, segment.length);
    segment.taken = Math.min(segment.taken, size);
    if (!isWhole && size === 0) this.#urgent = this.#urgent.filter((other) => other !== segment);
  }

  // ---- Following the bytes -------------------------------------------------------------------------------------------------------

  #keep(places: readonly Place[]): void {
    if (places.length === 1 && places[0]!.endings.length === 0 && places[0]!.exact.length === 0) {
      this.#places = places;
      return;
    }
    let kept = distinct(places.map((place) => forgetful(place, (sequence) => this.#watched.has(sequence))));
    if (kept.length > placesMax) {
      this.incomplete = true;
      kept = kept.slice(0, placesMax);
    }
    this.#places = kept.length === 1 ? [this.#noted(kept[0]!)] : kept;
  }

  /** What all places agree on is a fact about the segment, so that no place has to carry it. */
  #noted(place: Place): Place {
    for (const { sequence, read } of place.exact) this.#note(sequence, read);
    let { from, endings } = place;
    while (endings.length > 0 && from.lo === from.hi && endings[0]!.least === endings[0]!.most) {
      const { sequence, end, least } = endings[0]!;
      this.#note(sequence, least);
      [from, endings] = [end, endings.slice(1)];
    }
    return { ...place, from, endings, exact: [] };
  }

  #note(sequence: number, read: number): void {
    const segment = this.#watched.get(sequence);
    if (segment === undefined || segment.pieces) return;
    segment.min = segment.length = read;
  }

  /** Where the peer can be after a run. A way leads to a later segment only, so when a segment's turn comes all ways into it are known. */
  #follow(places: readonly Place[], run: ReadRun): Place[] {
    const only = places.length === 1 ? this.#onlyWay(places[0]!, run) : undefined;
    if (only !== undefined) return [only];
    const ways = new Map<number, Place[]>();
    const found: Place[] = [];
    const enter = (place: Place): void => {
      const others = ways.get(place.at);
      if (others === undefined) ways.set(place.at, [place]);
      else others.push(place);
    };
    for (const place of places) enter(place);
    for (let sequence = this.#segments.first; ways.size > 0 && sequence <= this.#segments.end; sequence++) {
      for (let batch = ways.get(sequence); batch !== undefined; batch = ways.get(sequence)) {
        ways.delete(sequence);
        const entering = distinct(batch);
        if (entering.length > placesMax) this.incomplete = true;
        for (const place of entering.slice(0, placesMax)) this.#read(place, run, found, enter);
      }
    }
    return distinct(found);
  }

  /** Most runs go on in the segment where the last one ended, or begin the next one, and nothing there was broken off or overlaps. */
  #onlyWay(place: Place, { start, period, from, to }: ReadRun): Place | undefined {
    const { endings, strands } = place;
    if (endings.length > 0 || strands.length > 0 || place.from.lo !== place.from.hi) return undefined;
    let { at } = place;
    let begins = place.from.lo + place.since;
    for (;;) {
      const segment = this.#segments.at(at);
      if (segment === undefined || segment.min !== segment.length || segment.unknown) return undefined;
      const next = this.#segments.at(at + 1);
      if (next !== undefined && next.began < segment.ended) return undefined;
      if (from < begins + segment.length) {
        const inUnit = (from - begins) % segment.unit;
        if ((segment.fill + inUnit) % period !== start || inUnit + to - from > segment.unit || to > begins + segment.length)
          return undefined;
        return at === place.at ? place : { ...place, at, from: exactly(begins), since: 0 };
      }
      begins += segment.length;
      at++;
    }
  }

  #read(place: Place, run: ReadRun, found: Place[], enter: (place: Place) => void): void {
    const segment = this.#segments.at(place.at);
    if (segment === undefined) return;
    const shared = isShared(this.#segments, place);
    if (segment.length === 0 && !shared) {
      enter({ ...place, at: place.at + 1 });
      return;
    }
    if (!shared && segment.unit === segment.length) {
      this.#readSegment(place, segment, run, found, enter);
      return;
    }
    if (place.strands.length > 0) {
      this.#take(mixed(this.#segments, place, 0, run), found, enter);
      return;
    }
    const { lo, hi, step } = startOf(place);
    for (let start = lo, tried = 0; start <= hi; start += step, tried++) {
      if (tried === startsMax) {
        this.incomplete = true;
        return;
      }
      const here = startWithin(place, start, start);
      if (here === undefined) continue;
      if (shared) this.#take(mixed(this.#segments, here, start, run), found, enter);
      else this.#readRepeated(here, segment, start, run, found, enter);
    }
  }

  #take({ found: through, left, incomplete }: Mixed, found: Place[], enter: (place: Place) => void): void {
    found.push(...through);
    for (const place of left) enter(place);
    this.incomplete ||= incomplete;
  }

  /** What of a run lies in one send: all of it, as much as the send has, or as much as has left where it may have ended early. */
  #readSegment(place: Place, segment: Segment, run: ReadRun, found: Place[], enter: (place: Place) => void): void {
    const { period } = run;
    const { length, min } = segment;
    const start = startOf(place);
    const begun = start.hi <= run.from;
    const fits = segment.unknown ? start : among(start, run.from + segment.fill - run.start, period);
    const here = fits === undefined ? undefined : startWithin(place, fits.lo, fits.hi);
    if (here !== undefined) {
      const within = startWithin(here, run.to - length, Infinity);
      if (within !== undefined) found.push(within);
      const whole = startWithin(here, run.from - length + 1, run.to - length - 1);
      if (whole !== undefined) enter(this.#passed(whole, segment, length));
    }
    // The peer had read it in full before.
    const over = begun ? startWithin(place, run.from - length, run.from - length) : undefined;
    if (over !== undefined) enter(this.#passed(over, segment, length));
    if (min === length) return;
    for (const [at, next] of this.#after(place.at)) {
      if (here !== undefined) {
        const most = Math.min(run.to - 1, startOf(here).hi + length - 1);
        const least = Math.max(run.from, startOf(here).lo + min);
        const end = endsBetween(least, most, next.unknown ? undefined : run.from + next.fill - run.start, period);
        if (end !== undefined) this.#endEarly(here, segment, min, length - 1, end, at, enter);
      }
      if (here === undefined || (start.step === 1 && start.lo < start.hi)) {
        if (begun && !next.unknown && (run.start - next.fill) % period !== 0) continue;
        // Nothing of it is in this run.
        const end = begun ? exactly(run.from) : next.unknown ? start : among(start, run.from + next.fill - run.start, period);
        if (end !== undefined) this.#endEarly(place, segment, begun ? min : 0, begun ? length - 1 : 0, end, at, enter);
      }
    }
  }

  #endEarly(place: Place, segment: Segment, least: number, most: number, end: Lattice, at: number, enter: (place: Place) => void): void {
    if (least < segment.min) return;
    let passed = ended(place, least, most, end);
    for (let sequence = place.at + 1; passed !== undefined && sequence < at; sequence++) {
      passed = this.#segments.at(sequence)!.watched ? ended(passed, 0, 0, end) : { ...passed, at: sequence + 1 };
    }
    if (passed !== undefined) enter(forgetful(passed, (sequence) => this.#watched.has(sequence)));
  }

  /** All of a send was read. Where it might have ended early, that is worth remembering. */
  #passed(place: Place, segment: Segment, length: number): Place {
    if (!segment.watched || segment.min === segment.length) return { ...place, at: place.at + 1, since: place.since + length };
    const { lo, hi, step } = startOf(place);
    return ended(place, length, length, { lo: lo + length, hi: hi + length, step })!;
  }

  /** The sends that can come next where one ended early, and where the peer is then: those between may have left nothing. */
  *#after(sequence: number): Generator<readonly [at: number, next: Segment]> {
    let at: number | undefined;
    const values = new Set<number>();
    for (let i = sequence + 1; ; i++) {
      const next = this.#segments.at(i);
      if (next === undefined) return;
      // One that begins like an earlier one is reached through that, of which nothing may have left.
      if (next.length === 0 || (at === undefined && values.has(next.fill) && next.min === 0)) continue;
      values.add(next.fill);
      // Where sends overlap, any of them may be first; the peer is at the first of them.
      if (at === undefined && isShared(this.#segments, { ...firstPlace, at: i })) at = i;
      yield [at ?? i, next];
      if (at === undefined && (next.min > 0 || next.unknown)) return;
      if (at !== undefined && next.ended !== Infinity && (this.#segments.at(i + 1)?.began ?? Infinity) >= next.ended) return;
    }
  }

  /** Like sends that were joined: a run may go from one into the next. */
  #readRepeated(place: Place, segment: Segment, start: number, run: ReadRun, found: Place[], enter: (place: Place) => void): void {
    const { fill, unit, length, min } = segment;
    const { period } = run;
    let at = Math.max(start, run.from);
    for (;;) {
      if (min < length) this.#endRepeated(place, segment, start, at, run, enter);
      if (at === run.to) {
        found.push(place);
        return;
      }
      const read = at - start;
      if (read >= length) {
        enter(this.#passed(place, segment, length));
        return;
      }
      if ((fill + (read % unit) - run.start - (at - run.from)) % period !== 0) return;
      at = Math.min(run.to, at + unit - (read % unit));
    }
  }

  /** Within one send of those that were joined, it may have ended anywhere. */
  #endRepeated(place: Place, segment: Segment, start: number, at: number, run: ReadRun, enter: (place: Place) => void): void {
    const most = Math.min(run.to - 1, start + segment.length - 1, at + segment.unit - ((at - start) % segment.unit) - 1);
    for (const [next, { fill, unknown }] of this.#after(place.at)) {
      const end = endsBetween(Math.max(at, start + segment.min), most, unknown ? undefined : run.from + fill - run.start, run.period);
      if (end !== undefined) this.#endEarly(place, segment, segment.min, segment.length - 1, end, next, enter);
    }
  }

  /** Segments that every place has passed are no longer needed. */
  #forget(): void {
    let first = Infinity;
    for (const { at } of this.#places) first = Math.min(first, at);
    for (const segment of this.#segments.forgetBefore(Math.min(first, this.#segments.end - 1))) {
      this.#forgotten.least += segment.taken;
      this.#forgotten.most += segment.size;
    }
  }
}

/** Exact starts that are tried one by one. */
const startsMax = 256;

const twinOf = (segment: Segment, segmentOf: Map<Segment, Segment>): Segment => {
  const twin = { ...segment };
  segmentOf.set(segment, twin);
  return twin;
};

/** Those of the numbers that are congruent to `residue`. */
function among({ lo, hi, step }: Lattice, residue: number, period: number): Lattice | undefined {
  const from = lo + ((((residue - lo) % period) + period) % period);
  if (step === period) return from === lo ? { lo, hi, step } : undefined;
  return from > hi ? undefined : { lo: from, hi: from + Math.floor((hi - from) / period) * period, step: period };
}

/** The positions between two bounds at which the next send can begin: those congruent to `residue`, or any. */
function endsBetween(least: number, most: number, residue: number | undefined, period: number): Lattice | undefined {
  if (least > most) return undefined;
  return residue === undefined ? { lo: least, hi: most, step: 1 } : among({ lo: least, hi: most, step: 1 }, residue, period);
}
