/*
 * mod_state: answers every request that reaches the content handler with the
 * state that the phases before it left behind, as a JSON object. With it a
 * stock httpd tells what it made of a request.
 *
 * It also stands in for modules whose directives are often found beside
 * rewrite rules but act only on the content, and it turns away clients that
 * are not on this machine.
 */
#include "httpd.h"
#include "http_config.h"
#include "http_connection.h"
#include "http_protocol.h"
#include "http_request.h"
#include "apr_strings.h"
#include "apr_tables.h"

/* A JSON string whose code points are the bytes of s. */
static const char *quoted(apr_pool_t *pool, const char *s)
{
    static const char hex[] = "0123456789abcdef";
    char *text, *to;

    if (s == NULL)
        return "null";
    text = to = apr_palloc(pool, 6 * strlen(s) + 3);
    *to++ = '"';
    for (; *s != '\0'; s++) {
        unsigned char byte = (unsigned char)*s;
        if (byte >= ' ' && byte < 0x7f && byte != '"' && byte != '\\') {
            *to++ = *s;
            continue;
        }
        memcpy(to, "\\u00", 4);
        to[4] = hex[byte >> 4];
        to[5] = hex[byte & 15];
        to += 6;
    }
    *to++ = '"';
    *to = '\0';
    return text;
}

static void print_environment(request_rec *r)
{
    const apr_array_header_t *list = apr_table_elts(r->subprocess_env);
    const apr_table_entry_t *entries = (const apr_table_entry_t *)list->elts;
    const char *comma = "";
    int i;

    for (i = 0; i < list->nelts; i++) {
        if (entries[i].key == NULL)
            continue;
        ap_rvputs(r, comma, quoted(r->pool, entries[i].key), ":", quoted(r->pool, entries[i].val), NULL);
        comma = ",";
    }
}

/* Whether a handler that sends the file, or runs it, would refuse its path info. */
static int refuses_path_info(request_rec *r)
{
    return r->used_path_info == AP_REQ_REJECT_PATH_INFO && r->path_info != NULL && *r->path_info != '\0'
        && r->finfo.filetype == APR_REG && (r->handler == NULL || strncmp(r->handler, "proxy:", 6) != 0);
}

static int print_state(request_rec *r)
{
    const char *content_type = r->content_type;
    const request_rec *earlier;
    int redirects = 0;

    /* A rule in a directory restarts the request from its content handler. */
    if (r->handler != NULL && strcmp(r->handler, "redirect-handler") == 0
        && r->filename != NULL && strncmp(r->filename, "redirect:", 9) == 0)
        return DECLINED;
    if (refuses_path_info(r))
        return DECLINED; /* for httpd's own handler to say so */
    for (earlier = r->prev; earlier != NULL; earlier = earlier->prev)
        redirects++;
    ap_set_content_type(r, "application/x-oracle");
    ap_rvputs(r,
              "{\"uri\":", quoted(r->pool, r->uri),
              ",\"filename\":", quoted(r->pool, r->filename),
              ",\"args\":", quoted(r->pool, r->args),
              ",\"path_info\":", quoted(r->pool, r->path_info),
              ",\"handler\":", quoted(r->pool, r->handler),
              ",\"content_type\":", quoted(r->pool, content_type),
              ",\"method\":", quoted(r->pool, r->method),
              NULL);
    ap_rprintf(r, ",\"proxyreq\":%d,\"redirects\":%d,\"env\":{", r->proxyreq, redirects);
    print_environment(r);
    ap_rputs("}}\n", r);
    return OK;
}

/* The server listens on every address, so that each of its hosts can have a
 * loopback address of its own. */
static int local_only(conn_rec *c, void *socket)
{
    return strncmp(c->client_ip, "127.", 4) == 0 ? OK : HTTP_FORBIDDEN;
}

static const char *ignore(cmd_parms *cmd, void *config, const char *args)
{
    return NULL;
}

#define IGNORED(name) AP_INIT_RAW_ARGS(name, ignore, NULL, OR_ALL, "accepted, without effect")

static const command_rec directives[] = {
    /* mod_dir, mod_autoindex, mod_negotiation */
    IGNORED("DirectoryIndex"), IGNORED("DirectorySlash"), IGNORED("DirectoryIndexRedirect"),
    IGNORED("DirectoryCheckHandler"), IGNORED("FallbackResource"),
    IGNORED("IndexOptions"), IGNORED("IndexIgnore"), IGNORED("IndexOrderDefault"),
    IGNORED("LanguagePriority"), IGNORED("ForceLanguagePriority"),
    /* PHP and others that don't come with httpd */
    IGNORED("php_value"), IGNORED("php_flag"), IGNORED("php_admin_value"), IGNORED("php_admin_flag"),
    IGNORED("SetOutputFilterByType"), IGNORED("ModPagespeed"),
    { NULL }
};

static void register_hooks(apr_pool_t *pool)
{
    ap_hook_handler(print_state, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_pre_connection(local_only, NULL, NULL, APR_HOOK_REALLY_FIRST);
}

AP_DECLARE_MODULE(state) = {
    STANDARD20_MODULE_STUFF, NULL, NULL, NULL, NULL, directives, register_hooks
};
