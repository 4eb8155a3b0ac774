/**
 * The errors of system calls: names, numbers, and what they are called.
 *
 * uapi asm-generic/errno-base.h and errno.h, which x86-64 and arm64 share; errno(3). The words are those of
 * glibc's strerror in the C locale, which strace prints in parentheses.
 */

/** Number and words of each. Of two names for one number the primary, which strace prints, comes first. */
const ROWS = {
  EPERM:           [  1, "Operation not permitted"],
  ENOENT:          [  2, "No such file or directory"],
  ESRCH:           [  3, "No such process"],
  EINTR:           [  4, "Interrupted system call"],
  EIO:             [  5, "Input/output error"],
  ENXIO:           [  6, "No such device or address"],
  E2BIG:           [  7, "Argument list too long"],
  ENOEXEC:         [  8, "Exec format error"],
  EBADF:           [  9, "Bad file descriptor"],
  ECHILD:          [ 10, "No child processes"],
  EAGAIN:          [ 11, "Resource temporarily unavailable"],
  EWOULDBLOCK:     [ 11, "Resource temporarily unavailable"],
  ENOMEM:          [ 12, "Cannot allocate memory"],
  EACCES:          [ 13, "Permission denied"],
  EFAULT:          [ 14, "Bad address"],
  ENOTBLK:         [ 15, "Block device required"],
  EBUSY:           [ 16, "Device or resource busy"],
  EEXIST:          [ 17, "File exists"],
  EXDEV:           [ 18, "Invalid cross-device link"],
  ENODEV:          [ 19, "No such device"],
  ENOTDIR:         [ 20, "Not a directory"],
  EISDIR:          [ 21, "Is a directory"],
  EINVAL:          [ 22, "Invalid argument"],
  ENFILE:          [ 23, "Too many open files in system"],
  EMFILE:          [ 24, "Too many open files"],
  ENOTTY:          [ 25, "Inappropriate ioctl for device"],
  ETXTBSY:         [ 26, "Text file busy"],
  EFBIG:           [ 27, "File too large"],
  ENOSPC:          [ 28, "No space left on device"],
  ESPIPE:          [ 29, "Illegal seek"],
  EROFS:           [ 30, "Read-only file system"],
  EMLINK:          [ 31, "Too many links"],
  EPIPE:           [ 32, "Broken pipe"],
  EDOM:            [ 33, "Numerical argument out of domain"],
  ERANGE:          [ 34, "Numerical result out of range"],
  EDEADLK:         [ 35, "Resource deadlock avoided"],
  EDEADLOCK:       [ 35, "Resource deadlock avoided"],
  ENAMETOOLONG:    [ 36, "File name too long"],
  ENOLCK:          [ 37, "No locks available"],
  ENOSYS:          [ 38, "Function not implemented"],
  ENOTEMPTY:       [ 39, "Directory not empty"],
  ELOOP:           [ 40, "Too many levels of symbolic links"],
  ENOMSG:          [ 42, "No message of desired type"],
  EIDRM:           [ 43, "Identifier removed"],
  ECHRNG:          [ 44, "Channel number out of range"],
  EL2NSYNC:        [ 45, "Level 2 not synchronized"],
  EL3HLT:          [ 46, "Level 3 halted"],
  EL3RST:          [ 47, "Level 3 reset"],
  ELNRNG:          [ 48, "Link number out of range"],
  EUNATCH:         [ 49, "Protocol driver not attached"],
  ENOCSI:          [ 50, "No CSI structure available"],
  EL2HLT:          [ 51, "Level 2 halted"],
  EBADE:           [ 52, "Invalid exchange"],
  EBADR:           [ 53, "Invalid request descriptor"],
  EXFULL:          [ 54, "Exchange full"],
  ENOANO:          [ 55, "No anode"],
  EBADRQC:         [ 56, "Invalid request code"],
  EBADSLT:         [ 57, "Invalid slot"],
  EBFONT:          [ 59, "Bad font file format"],
  ENOSTR:          [ 60, "Device not a stream"],
  ENODATA:         [ 61, "No data available"],
  ETIME:           [ 62, "Timer expired"],
  ENOSR:           [ 63, "Out of streams resources"],
  ENONET:          [ 64, "Machine is not on the network"],
  ENOPKG:          [ 65, "Package not installed"],
  EREMOTE:         [ 66, "Object is remote"],
  ENOLINK:         [ 67, "Link has been severed"],
  EADV:            [ 68, "Advertise error"],
  ESRMNT:          [ 69, "Srmount error"],
  ECOMM:           [ 70, "Communication error on send"],
  EPROTO:          [ 71, "Protocol error"],
  EMULTIHOP:       [ 72, "Multihop attempted"],
  EDOTDOT:         [ 73, "RFS specific error"],
  EBADMSG:         [ 74, "Bad message"],
  EOVERFLOW:       [ 75, "Value too large for defined data type"],
  ENOTUNIQ:        [ 76, "Name not unique on network"],
  EBADFD:          [ 77, "File descriptor in bad state"],
  EREMCHG:         [ 78, "Remote address changed"],
  ELIBACC:         [ 79, "Can not access a needed shared library"],
  ELIBBAD:         [ 80, "Accessing a corrupted shared library"],
  ELIBSCN:         [ 81, ".lib section in a.out corrupted"],
  ELIBMAX:         [ 82, "Attempting to link in too many shared libraries"],
  ELIBEXEC:        [ 83, "Cannot exec a shared library directly"],
  EILSEQ:          [ 84, "Invalid or incomplete multibyte or wide character"],
  ERESTART:        [ 85, "Interrupted system call should be restarted"],
  ESTRPIPE:        [ 86, "Streams pipe error"],
  EUSERS:          [ 87, "Too many users"],
  ENOTSOCK:        [ 88, "Socket operation on non-socket"],
  EDESTADDRREQ:    [ 89, "Destination address required"],
  EMSGSIZE:        [ 90, "Message too long"],
  EPROTOTYPE:      [ 91, "Protocol wrong type for socket"],
  ENOPROTOOPT:     [ 92, "Protocol not available"],
  EPROTONOSUPPORT: [ 93, "Protocol not supported"],
  ESOCKTNOSUPPORT: [ 94, "Socket type not supported"],
  EOPNOTSUPP:      [ 95, "Operation not supported"],
  EPFNOSUPPORT:    [ 96, "Protocol family not supported"],
  EAFNOSUPPORT:    [ 97, "Address family not supported by protocol"],
  EADDRINUSE:      [ 98, "Address already in use"],
  EADDRNOTAVAIL:   [ 99, "Cannot assign requested address"],
  ENETDOWN:        [100, "Network is down"],
  ENETUNREACH:     [101, "Network is unreachable"],
  ENETRESET:       [102, "Network dropped connection on reset"],
  ECONNABORTED:    [103, "Software caused connection abort"],
  ECONNRESET:      [104, "Connection reset by peer"],
  ENOBUFS:         [105, "No buffer space available"],
  EISCONN:         [106, "Transport endpoint is already connected"],
  ENOTCONN:        [107, "Transport endpoint is not connected"],
  ESHUTDOWN:       [108, "Cannot send after transport endpoint shutdown"],
  ETOOMANYREFS:    [109, "Too many references: cannot splice"],
  ETIMEDOUT:       [110, "Connection timed out"],
  ECONNREFUSED:    [111, "Connection refused"],
  EHOSTDOWN:       [112, "Host is down"],
  EHOSTUNREACH:    [113, "No route to host"],
  EALREADY:        [114, "Operation already in progress"],
  EINPROGRESS:     [115, "Operation now in progress"],
  ESTALE:          [116, "Stale file handle"],
  EUCLEAN:         [117, "Structure needs cleaning"],
  ENOTNAM:         [118, "Not a XENIX named type file"],
  ENAVAIL:         [119, "No XENIX semaphores available"],
  EISNAM:          [120, "Is a named type file"],
  EREMOTEIO:       [121, "Remote I/O error"],
  EDQUOT:          [122, "Disk quota exceeded"],
  ENOMEDIUM:       [123, "No medium found"],
  EMEDIUMTYPE:     [124, "Wrong medium type"],
  ECANCELED:       [125, "Operation canceled"],
  ENOKEY:          [126, "Required key not available"],
  EKEYEXPIRED:     [127, "Key has expired"],
  EKEYREVOKED:     [128, "Key has been revoked"],
  EKEYREJECTED:    [129, "Key was rejected by service"],
  EOWNERDEAD:      [130, "Owner died"],
  ENOTRECOVERABLE: [131, "State not recoverable"],
  ERFKILL:         [132, "Operation not possible due to RF-kill"],
  EHWPOISON:       [133, "Memory page has hardware error"],
} as const;

/**
 * Codes that the kernel means for itself. A tracer sees the first four when a signal comes into a call; the
 * last reaches programs now and then, and libc knows no words for it. include/linux/errno.h, strace(1).
 */
const INNER = {
  ERESTARTSYS:           [512, "To be restarted if SA_RESTART is set"],
  ERESTARTNOINTR:        [513, "To be restarted"],
  ERESTARTNOHAND:        [514, "To be restarted if no handler"],
  ERESTART_RESTARTBLOCK: [516, "Interrupted by signal"],
  ENOTSUPP:              [524, "Unknown error 524"],
} as const;

/** The name of an error, as in errno.h. */
export type ErrnoName = keyof typeof ROWS;

/** Numbers by name: positive, where a raw call answers with the negative. uapi asm-generic/errno.h. */
export const ERRNO = Object.freeze(Object.fromEntries(
  Object.entries(ROWS).map(([name, [number]]) => [name, number]),
)) as { readonly [N in ErrnoName]: (typeof ROWS)[N][0] } & Readonly<Record<string, number>>;

const KNOWN: readonly (readonly [name: string, row: readonly [number: number, text: string]])[] = [
  ...Object.entries(ROWS), ...Object.entries(INNER),
];
const TEXTS: ReadonlyMap<string, string> = new Map(KNOWN.map(([name, [, text]]) => [name, text]));
const NAMES: ReadonlyMap<number, string> = new Map(
  KNOWN.toReversed().map(([name, [number]]) => [number, name]),
);

/** The primary name of a positive errno: 11 is "EAGAIN"; "errno 4095" for one that nobody has named. */
export function errnoName(n: number): string {
  return NAMES.get(n) ?? `errno ${n}`;
}

/** Words for a name: "Connection refused"; "Unknown error 4095" for "errno 4095"; else the name itself. */
export function errnoText(name: string): string {
  return TEXTS.get(name) ?? name.replace(/^errno /, "Unknown error ");
}

export const {
  EPERM, ENOENT, ESRCH, EINTR, EIO, ENXIO, E2BIG, ENOEXEC, EBADF, ECHILD, EAGAIN, EWOULDBLOCK, ENOMEM,
  EACCES, EFAULT, ENOTBLK, EBUSY, EEXIST, EXDEV, ENODEV, ENOTDIR, EISDIR, EINVAL, ENFILE, EMFILE, ENOTTY,
  ETXTBSY, EFBIG, ENOSPC, ESPIPE, EROFS, EMLINK, EPIPE, EDOM, ERANGE, EDEADLK, EDEADLOCK, ENAMETOOLONG,
  ENOLCK, ENOSYS, ENOTEMPTY, ELOOP, ENOMSG, EIDRM, ECHRNG, EL2NSYNC, EL3HLT, EL3RST, ELNRNG, EUNATCH, ENOCSI,
  EL2HLT, EBADE, EBADR, EXFULL, ENOANO, EBADRQC, EBADSLT, EBFONT, ENOSTR, ENODATA, ETIME, ENOSR, ENONET,
  ENOPKG, EREMOTE, ENOLINK, EADV, ESRMNT, ECOMM, EPROTO, EMULTIHOP, EDOTDOT, EBADMSG, EOVERFLOW, ENOTUNIQ,
  EBADFD, EREMCHG, ELIBACC, ELIBBAD, ELIBSCN, ELIBMAX, ELIBEXEC, EILSEQ, ERESTART, ESTRPIPE, EUSERS,
  ENOTSOCK, EDESTADDRREQ, EMSGSIZE, EPROTOTYPE, ENOPROTOOPT, EPROTONOSUPPORT, ESOCKTNOSUPPORT, EOPNOTSUPP,
  EPFNOSUPPORT, EAFNOSUPPORT, EADDRINUSE, EADDRNOTAVAIL, ENETDOWN, ENETUNREACH, ENETRESET, ECONNABORTED,
  ECONNRESET, ENOBUFS, EISCONN, ENOTCONN, ESHUTDOWN, ETOOMANYREFS, ETIMEDOUT, ECONNREFUSED, EHOSTDOWN,
  EHOSTUNREACH, EALREADY, EINPROGRESS, ESTALE, EUCLEAN, ENOTNAM, ENAVAIL, EISNAM, EREMOTEIO, EDQUOT,
  ENOMEDIUM, EMEDIUMTYPE, ECANCELED, ENOKEY, EKEYEXPIRED, EKEYREVOKED, EKEYREJECTED, EOWNERDEAD,
  ENOTRECOVERABLE, ERFKILL, EHWPOISON,
} = ERRNO;
