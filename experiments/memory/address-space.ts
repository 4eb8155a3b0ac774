import { AT_FDCWD } from "../../src/abi/constants/fcntl.ts";
import {
  MAP_ANONYMOUS, MAP_FIXED, MAP_PRIVATE, MAP_SHARED, MFD_CLOEXEC, PROT_READ, PROT_WRITE,
} from "../../src/abi/constants/mman.ts";
import { atLeast, figure, is, more, oneOf, same } from "../../src/lab/check.ts";
import { claim, contradicts } from "../../src/lab/claim.ts";
import { experiment } from "../../src/lab/experiment.ts";
import { buffer, cstring, wild } from "../../src/memory/memory.ts";
import type { Calls } from "../../src/sys/calls.ts";

const NOBODY = 65_534;
/** The first address of the first row of /proc/self/maps, of the heap's, of that of our file. */
const [LOWEST, HEAP, ROOM] = [/^([\da-f]+)-/, /^([\da-f]+)-.*\[heap\]/m, /^([\da-f]+)-.*\/memfd:room/m];
/** Where the row of the program ends that may be written to: its data. */
const DATA = /^[\da-f]+-([\da-f]+) rw-p .*\//m;
/** Where it is 0, page 0 is open to all. */
const CLOSED = /^([1-9]\d*)\n/;
/** Unless it was started with MMAP_PAGE_ZERO, 0x0100000, personality(2): then page 0 is there, on purpose. */
const ORDINARY = /^([\da-f]{2}[02468ace])/;
/** Of the kernel itself, and of security modules that ask for more. */
const DENIED = ["EPERM", "EACCES"] as const;
const FIXED = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;

/** Another process: it asks for page 0, gives up its rights if it has any, and asks again. */
export const anybody = ({ attempt }: Calls) => {
  if (attempt.mmap(0, 1, PROT_READ, FIXED, -1, 0) === 0) attempt.munmap(0, 1);
  attempt.setresuid(NOBODY, NOBODY, NOBODY);
  attempt.mmap(0, 1, PROT_READ, FIXED, -1, 0);
};

/**
 * What lies where in a process.
 *
 *     cat /proc/self/maps                                  // the kernel's own list of it
 *     mincore(NULL, 1, vec);                               // ENOMEM: at page 0 there is nothing
 *     mmap(NULL, 1, PROT_READ, MAP_FIXED | …, -1, 0);      // EPERM: and nothing will be
 */
export default experiment({
  name: "address-space",
  asks: "Is page 0 of a process its code, page 1 its data, and page 2 its heap?",
  story: `A process's addresses are a very long street with a few houses on it, far apart. Nothing stands at
    number 0, and nobody may build there: whoever comes with an empty note instead of an address is to find an
    empty lot, so that the mistake is noticed. The program's own house comes much later, its storehouse, the
    heap, stands behind that, and what mmap builds has lots of its own.`,
  next: "Then alignment: to whom it matters where a buffer begins.",

  run({
    readlinkat, memfd_create, ftruncate, mmap, munmap, close, attempt,
  }, { scene, look, start }) {
    scene("map", "What the kernel says: the lowest of all, the program's own, and those with a name. (A"
      + " program can be started with a page at 0: its personality would tell.)");
    const path = buffer(4096);
    const length = readlinkat(AT_FDCWD, cstring("/proc/self/exe"), path, 4096);
    look("program", "/proc/self/maps", path.slice(0, length).text());
    look("named", "/proc/self/maps", "[");
    look("personality", "/proc/self/personality");

    scene("mapped", "Where mmap puts something.");
    const file = memfd_create(cstring("room"), MFD_CLOEXEC);
    ftruncate(file, 8192);
    const room = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    look("room", "/proc/self/maps", "/memfd:room");
    munmap(room, 8192);

    scene("nothing", "Is there anything at 0, or a little behind it, where p->field is if p is NULL?");
    attempt.mincore(0, 1, buffer(1));
    attempt.pwrite64(file, wild(8), 1, 0);

    scene("closed", "May anybody put something there? The least address that is open to all is a sysctl.");
    look("least", "/proc/sys/vm/mmap_min_addr");
    start(anybody, {}, { as: "process" }).join();
    close(file);
  },

  claims: [
    claim("a program does not begin at 0: there is room below the lowest thing that is mapped", {
      map: { "look named": 1, "look personality": 1 },
    }, ({ map: { "look named": named, "look personality": personality } }) => {
      figure(personality.text, ORDINARY, 16);
      return [atLeast(figure(named.text, LOWEST, 16), 1)];
    }, contradicts("N0-43")),
    claim("the heap begins behind the program's data", { map: { "look program": 1, "look named": 1 } },
      ({ map: { "look program": program, "look named": named } }) => [
        more(figure(named.text, HEAP, 16), figure(program.text, DATA, 16), 0),
      ], contradicts("N0-43")),
    claim("what mmap returns is no part of the heap: it has a row of its own", {
      mapped: { mmap: 1, "look room": 1 },
    }, ({ mapped: { mmap, "look room": room } }) => [
      same(figure(room.text, ROOM, 16), mmap.result),
      is(room.lines("[heap]"), 0),
    ], contradicts("N0-43")),
    claim("at page 0 there is nothing: a null pointer leads nowhere", {
      map: { "look personality": 1 }, nothing: { mincore: 1, pwrite64: 1 },
    }, ({ map: { "look personality": personality }, nothing: { mincore, pwrite64 } }) => {
      figure(personality.text, ORDINARY, 16);
      return [
        is(mincore.errno, "ENOMEM"),
        is(pwrite64.errno, "EFAULT"),
      ];
    }, contradicts("N0-43")),
    claim("nor may anything be put there, but by one who has CAP_SYS_RAWIO", {
      closed: { "look least": 1, "mmap@anybody": 2 },
    }, ({ closed: { "look least": least, "mmap@anybody": [first, second] } }) => {
      figure(least.text, CLOSED);   // where page 0 is open to all, there is nothing to judge
      return [
        oneOf(first.errno, [null, ...DENIED]),
        is(second.address("addr"), 0),
        oneOf(second.errno, DENIED),
      ];
    }, contradicts("N0-43")),
  ],
});
