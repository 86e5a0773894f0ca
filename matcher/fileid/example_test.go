package fileid_test

import (
	"fmt"
	"log"
	"testing/fstest"

	"github.com/modrewrite-go/modrewrite/matcher/fileid"
)

// What was read from a file is kept until the file is another version.
func ExampleLook() {
	site := fstest.MapFS{"site.conf": {Data: []byte("RewriteEngine On\n")}}
	known, err := fileid.Look(site, "site.conf", fileid.ID{})
	if err != nil {
		log.Fatal(err)
	}
	for _, text := range []string{"RewriteEngine On\n", "RewriteEngine Off\n"} {
		site["site.conf"].Data = []byte(text)
		id, err := fileid.Look(site, "site.conf", known)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("the same version:", id == known)
	}
	// Output:
	// the same version: true
	// the same version: false
}
