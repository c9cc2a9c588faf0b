/** The way into a module from Node: functions of the arrays that a program computes with. */

/** Of Node-API as it is frozen since its first version; no header is needed. */
const prototypes = `
typedef __SIZE_TYPE__ size;
typedef struct napi_env_ *napi_env;
typedef struct napi_value_ *napi_value;
typedef struct napi_info_ *napi_info;
typedef struct napi_ref_ *napi_ref;
typedef struct napi_deferred_ *napi_deferred;
typedef struct napi_work_ *napi_work;
extern int napi_get_cb_info(napi_env, napi_info, size *, napi_value *, napi_value *, void **);
extern int napi_get_typedarray_info(napi_env, napi_value, int *, size *, void **, napi_value *, size *);
extern int napi_throw_range_error(napi_env, const char *, const char *);
extern int napi_create_function(napi_env, const char *, size, napi_value (*)(napi_env, napi_info), void *, napi_value *);
extern int napi_set_named_property(napi_env, napi_value, const char *, napi_value);
extern int napi_create_reference(napi_env, napi_value, u32, napi_ref *);
extern int napi_delete_reference(napi_env, napi_ref);
extern int napi_create_promise(napi_env, napi_deferred *, napi_value *);
extern int napi_resolve_deferred(napi_env, napi_deferred, napi_value);
extern int napi_get_undefined(napi_env, napi_value *);
extern int napi_create_string_utf8(napi_env, const char *, size, napi_value *);
extern int napi_create_async_work(napi_env, napi_value, napi_value, void (*)(napi_env, void *), void (*)(napi_env, int, void *), void *, napi_work *);
extern int napi_queue_async_work(napi_env, napi_work);
extern int napi_delete_async_work(napi_env, napi_work);`;

/** The addresses of what was given, once all of it is there: what is too short, or was given away, is refused. */
const addresses = `
static int refuse(napi_env env, const char *why) {
  napi_throw_range_error(env, 0, why);
  return 0;
}
static int addresses(napi_env env, napi_info info, napi_value *given, char **table) {
  static const u8 sizes[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8};
  size count = COUNT;
  if (napi_get_cb_info(env, info, &count, given, 0, 0) || count != COUNT) return refuse(env, "another number of arrays");
  for (int k = 0; k < COUNT; k++) {
    int type = 0;
    size length = 0;
    void *data = 0;
    if (napi_get_typedarray_info(env, given[k], &type, &length, &data, 0, 0)) return refuse(env, "something else than typed arrays");
    if ((u32)type >= sizeof sizes || length * sizes[type] < needed[k]) return refuse(env, "an array is too short");
    table[k] = data;
  }
  return 1;
}`;

/** At once, or in a thread of Node's pool, where what was given is held until it is done. */
const ways = `
static napi_value run(napi_env env, napi_info info) {
  napi_value given[COUNT + 1];
  char *table[COUNT + 1];
  if (addresses(env, info, given, table)) ENTRY((char *)table);
  return 0;
}
typedef struct {
  napi_work work;
  napi_deferred done;
  napi_ref held[COUNT + 1];
  char *table[COUNT + 1];
} job;
static void compute(napi_env env, void *data) { ENTRY((char *)((job *)data)->table); }
static void finish(napi_env env, int status, void *data) {
  job *j = data;
  napi_value nothing = 0;
  for (int k = 0; k < COUNT; k++) napi_delete_reference(env, j->held[k]);
  if (!napi_get_undefined(env, &nothing)) napi_resolve_deferred(env, j->done, nothing);
  napi_delete_async_work(env, j->work);
  __builtin_free(j);
}
static napi_value start(napi_env env, napi_info info) {
  napi_value given[COUNT + 1], promise = 0, name = 0;
  job *j = __builtin_calloc(1, sizeof(job));
  if (!j || !addresses(env, info, given, j->table)) {
    __builtin_free(j);
    return 0;
  }
  for (int k = 0; k < COUNT; k++) napi_create_reference(env, given[k], 1, &j->held[k]);
  napi_create_promise(env, &j->done, &promise);
  napi_create_string_utf8(env, "ebbflow", 7, &name);
  napi_create_async_work(env, 0, name, compute, finish, j, &j->work);
  napi_queue_async_work(env, j->work);
  return promise;
}
__attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  napi_value function = 0;
  if (!napi_create_function(env, "run", 3, run, 0, &function)) napi_set_named_property(env, exports, "run", function);
  if (!napi_create_function(env, "start", 5, start, 0, &function)) napi_set_named_property(env, exports, "start", function);
  return exports;
}
`;

/**
 * C of an add-on that exports `run(…arrays)`, which calls `entry` with a table of the addresses of typed arrays, and
 * `start(…arrays)`, which does so in another thread and gives a promise. Arrays of fewer bytes than `bytes` says are
 * refused by a `RangeError`, before anything is touched.
 */
export function nodeShim(entry: string, bytes: readonly number[]): string {
  const facts = `
#define ENTRY ${entry}
#define COUNT ${bytes.length}
static const u64 needed[] = {${[...bytes, 0].map((count) => `${count}ull`).join(", ")}};`;
  return [prototypes, facts, addresses, ways].join("");
}
