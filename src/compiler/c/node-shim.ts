/** The way into a module from Node: one function of the arrays that a program computes with. */

/**
 * C of an add-on by Node-API, whose prototypes are declared here as they are frozen since its version 1. It exports
 * `run(…arrays)`, which calls `entry` with a table of the arrays' addresses, once all of them are typed arrays of as many
 * bytes as it needs: what is too short, or was given away, is refused before anything is touched.
 */
export function nodeShim(entry: string, bytes: readonly number[]): string {
  const count = bytes.length;
  return `
typedef struct napi_env_ *napi_env;
typedef struct napi_value_ *napi_value;
typedef struct napi_info_ *napi_info;
extern int napi_get_cb_info(napi_env, napi_info, __SIZE_TYPE__ *, napi_value *, napi_value *, void **);
extern int napi_get_typedarray_info(napi_env, napi_value, int *, __SIZE_TYPE__ *, void **, napi_value *, __SIZE_TYPE__ *);
extern int napi_throw_range_error(napi_env, const char *, const char *);
extern int napi_create_function(napi_env, const char *, __SIZE_TYPE__, napi_value (*)(napi_env, napi_info), void *, napi_value *);
extern int napi_set_named_property(napi_env, napi_value, const char *, napi_value);
static const unsigned long long needed[] = {${count ? bytes.join("ull, ") : "0"}ull};
static napi_value run(napi_env env, napi_info info) {
  static const u8 sizes[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8};
  __SIZE_TYPE__ count = ${count};
  napi_value given[${count + 1}];
  char *table[${count + 1}];
  if (napi_get_cb_info(env, info, &count, given, 0, 0) || count != ${count}) {
    napi_throw_range_error(env, 0, "not ${count} arrays");
    return 0;
  }
  for (int k = 0; k < ${count}; k++) {
    int type = 0;
    __SIZE_TYPE__ length = 0;
    void *data = 0;
    if (napi_get_typedarray_info(env, given[k], &type, &length, &data, 0, 0)) {
      napi_throw_range_error(env, 0, "something else than typed arrays");
      return 0;
    }
    if ((unsigned)type > 10 || length * sizes[type] < needed[k]) {
      napi_throw_range_error(env, 0, "an array is too short");
      return 0;
    }
    table[k] = data;
  }
  ${entry}((char *)table);
  return 0;
}
__attribute__((visibility("default"))) napi_value napi_register_module_v1(napi_env env, napi_value exports) {
  napi_value function = 0;
  if (!napi_create_function(env, "run", 3, run, 0, &function)) napi_set_named_property(env, exports, "run", function);
  return exports;
}
`;
}
