// Package routers shows where to mount a rewrite.Middleware in an application that has
// a router. The table in README.md says what works where.
package routers

import (
	"io"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/labstack/echo/v4"

	"github.com/modrewrite-go/modrewrite/rewrite"
)

// Mount is a way to mount rules in an application with a router.
type Mount struct {
	Router  string // as in the table
	Mounted string // as in the table
	// Handler makes the application: each of its routes, /shop/old and /shop/new, and all
	// others, answers with its name.
	Handler func(rules *rewrite.Middleware) http.Handler
}

// Mounts returns the rows of the table.
func Mounts() []Mount {
	return []Mount{
		{"ServeMux", "`rules.Handler(mux)`", func(m *rewrite.Middleware) http.Handler { return m.Handler(serveMux(say)) }},
		{"ServeMux", "`mux.Handle(\"/\", rules.Handler(app))`", func(m *rewrite.Middleware) http.Handler {
			return serveMux(func(name string) http.Handler { return m.Handler(say(name)) })
		}},
		{"chi", "`rules.Handler(router)`", func(m *rewrite.Middleware) http.Handler { return m.Handler(chiRouter()) }},
		{"chi", "`router.Use(rules.Handler)`", func(m *rewrite.Middleware) http.Handler { return chiRouter(m.Handler) }},
		{"chi", "`Use` of a sub-router", chiSubRouter},
		{"gin", "`rules.Handler(router)`", func(m *rewrite.Middleware) http.Handler { return m.Handler(ginRouter()) }},
		{"gin", "`router.Use`", func(m *rewrite.Middleware) http.Handler { return ginRouter(inGin(m)) }},
		{"echo", "`rules.Handler(router)`", func(m *rewrite.Middleware) http.Handler { return m.Handler(echoRouter()) }},
		{"echo", "`router.Pre(echo.WrapMiddleware(rules.Handler))`", func(m *rewrite.Middleware) http.Handler {
			e := echoRouter()
			e.Pre(echo.WrapMiddleware(m.Handler))
			return e
		}},
		{"echo", "`router.Use(echo.WrapMiddleware(rules.Handler))`", func(m *rewrite.Middleware) http.Handler {
			e := echoRouter()
			e.Use(echo.WrapMiddleware(m.Handler))
			return e
		}},
		{"fiber v2", "`rules.Handler(asAsked(adaptor.FiberApp(app)))`", func(m *rewrite.Middleware) http.Handler {
			return m.Handler(asAsked(adaptor.FiberApp(fiberApp())))
		}},
		{"fiber v2", "`app.Use(adaptor.HTTPMiddleware(rules.Handler))`", func(m *rewrite.Middleware) http.Handler {
			return adaptor.FiberApp(fiberApp(adaptor.HTTPMiddleware(m.Handler)))
		}},
		{"fiber v2", "`app.Use` with `RestartRouting`", func(m *rewrite.Middleware) http.Handler {
			return adaptor.FiberApp(fiberApp(inFiber(m)))
		}},
	}
}

// say returns the handler of a route.
func say(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, name) })
}

func serveMux(handler func(name string) http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/shop/old", handler("old"))
	mux.Handle("/shop/new", handler("new"))
	mux.Handle("/", handler("other"))
	return mux
}

func chiRouter(use ...func(http.Handler) http.Handler) http.Handler {
	r := chi.NewRouter()
	r.Use(use...)
	r.Handle("/shop/old", say("old"))
	r.Handle("/shop/new", say("new"))
	r.Handle("/*", say("other"))
	return r
}

// chiSubRouter mounts the rules in a router for /shop: its part of the path is cut out
// of the URL before the rules run.
func chiSubRouter(rules *rewrite.Middleware) http.Handler {
	r := chi.NewRouter()
	r.Route("/shop", func(r chi.Router) {
		r.Use(rules.Handler)
		r.Handle("/old", say("old"))
		r.Handle("/new", say("new"))
		r.Handle("/*", say("other"))
	})
	r.Handle("/*", say("other"))
	return r
}

func ginRouter(use ...gin.HandlerFunc) http.Handler {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.Use(use...)
	r.Any("/shop/old", gin.WrapH(say("old")))
	r.Any("/shop/new", gin.WrapH(say("new")))
	r.NoRoute(gin.WrapH(say("other")))
	return r
}

// inGin is the rules as middleware of gin, which answers where they do.
func inGin(rules *rewrite.Middleware) gin.HandlerFunc {
	return func(c *gin.Context) {
		passed := false
		rules.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			passed, c.Request = true, r
			c.Next()
		})).ServeHTTP(c.Writer, c.Request)
		if !passed {
			c.Abort()
		}
	}
}

func echoRouter() *echo.Echo {
	e := echo.New()
	e.Any("/shop/old", echo.WrapHandler(say("old")))
	e.Any("/shop/new", echo.WrapHandler(say("new")))
	e.Any("/*", echo.WrapHandler(say("other")))
	return e
}

func fiberApp(use ...fiber.Handler) *fiber.App {
	app := fiber.New()
	for _, h := range use {
		app.Use(h)
	}
	app.All("/shop/old", adaptor.HTTPHandler(say("old")))
	app.All("/shop/new", adaptor.HTTPHandler(say("new")))
	app.All("/*", adaptor.HTTPHandler(say("other")))
	return app
}

// asAsked has the adaptor of fiber, which reads RequestURI, see the URL that the rules lead
// to. The request is the handler's own.
func asAsked(app http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.RequestURI = r.URL.RequestURI()
		app.ServeHTTP(w, r)
	})
}

// inFiber is the rules as middleware of fiber, which chooses the route anew where they
// lead to another URL.
func inFiber(rules *rewrite.Middleware) fiber.Handler {
	type seen struct{}
	return func(c *fiber.Ctx) error {
		if c.Locals(seen{}) != nil {
			return c.Next()
		}
		to := ""
		err := adaptor.HTTPHandler(rules.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			to = r.URL.RequestURI()
		})))(c)
		if err != nil || to == "" {
			return err
		}
		c.Locals(seen{}, true)
		c.Request().SetRequestURI(to)
		c.Path(string(c.Request().URI().Path())) // by which fiber chooses
		return c.RestartRouting()
	}
}
