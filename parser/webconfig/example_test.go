package webconfig_test

import (
	"fmt"
	"log"

	"github.com/modrewrite-go/modrewrite/parser/webconfig"
)

// The rules of a site's web.config.
func ExampleParse() {
	const src = `<configuration>
  <system.webServer>
    <rewrite>
      <rules>
        <rule name="item" stopProcessing="true">
          <match url="^item/(\d+)$" />
          <action type="Rewrite" url="show.aspx?id={R:1}" />
        </rule>
      </rules>
    </rewrite>
  </system.webServer>
</configuration>
`
	f, err := webconfig.Parse("web.config", []byte(src), nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, scope := range f.Scopes() {
		for _, n := range scope.Rules.Nodes {
			if r, ok := n.(*webconfig.Rule); ok {
				fmt.Printf("%s: %s becomes %s\n", r.Name.Value, r.Match.URL.Value, r.Action.URL.Text)
			}
		}
	}
	// Output: item: ^item/(\d+)$ becomes show.aspx?id={R:1}
}
