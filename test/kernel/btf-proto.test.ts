/** C text of types: what C's grammar makes hard, from BTF made by hand, and prototypes of a real kernel. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readBtf } from "../../src/kernel/btf.ts";
import { BtfError, BtfFile, Kind } from "../../src/kernel/btf-file.ts";
import { declaration } from "../../src/kernel/btf-proto.ts";
import * as make from "./btf-records.ts";

const char = 1;
const skb = 2;
const pointer = 3;
const types = [
  make.int("char", 1),                                             //  1
  make.struct("sk_buff", 0, []),                                   //  2
  make.pointer(skb),                                               //  3 struct sk_buff *
  make.array(char, 14),                                            //  4 char[14]
  make.array(4, 3),                                                //  5 char[3][14]
  make.pointer(4),                                                 //  6 char (*)[14]
  make.array(pointer, 17),                                         //  7 struct sk_buff *[17]
  make.wrapped(Kind.CONST, char),                                  //  8 const char
  make.pointer(8),                                                 //  9 const char *
  make.wrapped(Kind.CONST, 9),                                     // 10 const char *const
  make.pointer(10),                                                // 11 const char *const *
  make.proto(char, [["skb", pointer], ["len", char]]),             // 12
  make.pointer(12),                                                // 13 char (*)(struct sk_buff *, char)
  make.array(13, 4),                                               // 14
  make.proto(13, [["", 13], ["", 0]]),                             // 15 returns a pointer to a function
  make.pointer(15),                                                // 16
  make.wrapped(Kind.CONST, 5),                                     // 17 const char[3][14]
  make.wrapped(Kind.VOLATILE, 8),                                  // 18 const volatile char
  make.typeTag("user", char),                                      // 19
  make.pointer(19),                                                // 20 char *
  make.wrapped(Kind.RESTRICT, 20),                                 // 21 char *restrict
  make.forward("sock"),                                            // 22
  make.forward("either", true),                                    // 23
  make.struct("", 0, []),                                          // 24
  make.choice("colour", ["RED"]),                                  // 25
  make.choice64("", ["HUGE"]),                                     // 26
  make.typedef("size_t", char),                                    // 27
  make.float("double", 8),                                         // 28
  make.union("u", 0, []),                                          // 29
  make.proto(0, []),                                               // 30
  make.pointer(0),                                                 // 31 void *
  make.wrapped(Kind.CONST, 18),                                    // 32 const twice
  make.array(10, 2),                                               // 33 const char *const[2]
];
const file = new BtfFile(make.btf(types));

test.each([
  [char, "char",                                                   "char x"],
  [skb,  "struct sk_buff",                                         "struct sk_buff x"],
  [3,    "struct sk_buff *",                                       "struct sk_buff *x"],
  [4,    "char[14]",                                               "char x[14]"],
  [5,    "char[3][14]",                                            "char x[3][14]"],
  [6,    "char (*)[14]",                                           "char (*x)[14]"],
  [7,    "struct sk_buff *[17]",                                   "struct sk_buff *x[17]"],
  [8,    "const char",                                             "const char x"],
  [9,    "const char *",                                           "const char *x"],
  [10,   "const char *const",                                      "const char *const x"],
  [11,   "const char *const *",                                    "const char *const *x"],
  [12,   "char (struct sk_buff *skb, char len)",                   "char x(struct sk_buff *skb, char len)"],
  [13,   "char (*)(struct sk_buff *skb, char len)",                "char (*x)(struct sk_buff *skb, char len)"],
  [14,   "char (*[4])(struct sk_buff *skb, char len)",             "char (*x[4])(struct sk_buff *skb, char len)"],
  [16,   "char (*(*)(char (*)(struct sk_buff *skb, char len), ...))(struct sk_buff *skb, char len)",
         "char (*(*x)(char (*)(struct sk_buff *skb, char len), ...))(struct sk_buff *skb, char len)"],
  [17,   "const char[3][14]",                                      "const char x[3][14]"],
  [18,   "const volatile char",                                    "const volatile char x"],
  [20,   "char *",                                                 "char *x"],
  [21,   "char *restrict",                                         "char *restrict x"],
  [22,   "struct sock",                                            "struct sock x"],
  [23,   "union either",                                           "union either x"],
  [24,   "struct {...}",                                           "struct {...} x"],
  [25,   "enum colour",                                            "enum colour x"],
  [26,   "enum {...}",                                             "enum {...} x"],
  [27,   "size_t",                                                 "size_t x"],
  [28,   "double",                                                 "double x"],
  [29,   "union u",                                                "union u x"],
  [30,   "void (void)",                                            "void x(void)"],
  [31,   "void *",                                                 "void *x"],
  [32,   "const volatile char",                                    "const volatile char x"],
  [33,   "const char *const[2]",                                   "const char *const x[2]"],
])("type %i is %s", (id, alone, named) => {
  expect(declaration(file.begin(), id)).toBe(alone);
  expect(declaration(file.begin(), id, "x")).toBe(named);
});

describe("prototypes of Linux 6.18", () => {
  const btf = readBtf(readFileSync(new URL("../fixtures/btf/6.18-x86_64.btf", import.meta.url)));
  test.each([
    "int udp_sendmsg(struct sock *sk, struct msghdr *msg, size_t len)",
    "int ip_rcv(struct sk_buff *skb, struct net_device *dev, struct packet_type *pt, struct net_device *orig_dev)",
    "int __sys_sendto(int fd, void *buff, size_t len, unsigned int flags, struct sockaddr *addr, int addr_len)",
    "struct file *sock_alloc_file(struct socket *sock, int flags, const char *dname)",
    "struct socket *sock_alloc(void)",
    "void schedule(void)",
    "int _printk(const char *fmt, ...)",
    "void *bsearch(const void *key, const void *base, size_t num, size_t size, cmp_func_t cmp)",
  ])("%s", (prototype) => expect(btf.prototype(/(\w+)\(/.exec(prototype)?.[1] ?? "")).toBe(prototype));
});

test.each<[string, make.Made[], RegExp]>([
  ["is no function type",        [make.fn("f", 2), make.fn("g", 1)],                                   /is no type|circles/],
  ["takes a section",            [make.fn("f", 2), make.proto(0, [["", 3]]), make.section(2)],         /which is no type/],
  ["takes itself",               [make.fn("f", 2), make.proto(0, [["", 2]])],                          /without end/],
  ["takes itself twice",         [make.fn("f", 2), make.proto(0, [["", 3], ["", 3]]), make.pointer(2)], /without end|circles/],
  ["takes a circle of pointers", [make.fn("f", 2), make.proto(0, [["", 3]]), make.pointer(3)],         /in circles/],
  ["takes a circle of arrays",   [make.fn("f", 2), make.proto(0, [["", 3]]), make.array(3, 1)],        /in circles/],
  ["returns a circle of consts", [make.fn("f", 2), make.proto(3, []), make.wrapped(Kind.CONST, 3)],    /in circles/],
  ["returns itself",             [make.fn("f", 2), make.proto(2, [])],                                 /in circles/],
])("a function that %s", (_, made, message) => {
  const btf = readBtf(make.btf(made));
  expect(btf.hasFunction("f")).toBe(true);
  expect(() => btf.prototype("f")).toThrow(BtfError);
  expect(() => btf.prototype("f")).toThrow(message);
});
