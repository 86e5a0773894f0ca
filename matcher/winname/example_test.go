package winname_test

import (
	"fmt"

	"github.com/modrewrite-go/modrewrite/matcher/winname"
)

func ExampleIs() {
	for _, name := range []string{"Web.Config", "web.config. ", "web.config::$DATA", "WEB~1.CON", "WE1A2B~1.CON", "web.conf"} {
		fmt.Println(name, winname.Is(winname.Plain(name), "web.config"))
	}
	// Output:
	// Web.Config true
	// web.config.  true
	// web.config::$DATA true
	// WEB~1.CON true
	// WE1A2B~1.CON true
	// web.conf false
}

func ExampleHasExtension() {
	for _, name := range []string{"main.cs", "Main.CS.", "PAGE~1.CON", "page.con"} {
		plain := winname.Plain(name)
		fmt.Println(name, winname.HasExtension(plain, "cs"), winname.HasExtension(plain, "config"))
	}
	// Output:
	// main.cs true false
	// Main.CS. true false
	// PAGE~1.CON false true
	// page.con false false
}
