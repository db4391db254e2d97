// Package letter writes what a customer reads: one e-mail per event, in the
// customer's language.
package letter

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
	plain "text/template"
	"time"

	"orderly/services/notify/internal/notify"
)

//go:embed templates
var files embed.FS

// Letter is one e-mail.
type Letter struct {
	Subject string
	HTML    []byte
}

// language is one file of templates: for each message a subject.<name>, which is
// plain text, and a body.<name>.
type language struct {
	subject *plain.Template
	page    *template.Template
}

var languages = load()

// load panics on a template that cannot be read: it is part of the program.
func load() map[string]language {
	out := map[string]language{}
	names, err := fs.Glob(files, "templates/lang.*.html")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		tag := strings.Split(path.Base(name), ".")[1]
		out[tag] = language{
			subject: plain.Must(plain.New(tag).Funcs(words).ParseFS(files, name)),
			page:    template.Must(template.New(tag).Funcs(words).ParseFS(files, "templates/page.html", name)),
		}
	}
	return out
}

var words = template.FuncMap{"money": money, "time": moment}

func moment(t *time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// page is what the templates see.
type page struct {
	Lang    string
	Subject string
	Carried map[string]string
	Event   notify.EventFields
	Late    bool
	Body    template.HTML
}

// Write writes the letter that tells of e. The locale falls back from zh-CN to
// zh to en; carried, the trace, travels in the letter itself. One that is late says
// that a newer one was sent before.
func Write(e notify.Event, locale string, late bool, carried map[string]string) (Letter, error) {
	tag := speak(locale)
	l, name := languages[tag], e.Template()
	p := page{Lang: tag, Carried: carried, Event: e.Fields(), Late: late}
	var subject, body, html bytes.Buffer
	if err := l.subject.ExecuteTemplate(&subject, "subject."+name, p); err != nil {
		return Letter{}, fmt.Errorf("subject of %s in %s: %w", name, tag, err)
	}
	p.Subject = strings.TrimSpace(subject.String())
	if err := l.page.ExecuteTemplate(&body, "body."+name, p); err != nil {
		return Letter{}, fmt.Errorf("body of %s in %s: %w", name, tag, err)
	}
	p.Body = template.HTML(body.String()) //nolint:gosec // written by a template of ours, which escaped it
	if err := l.page.ExecuteTemplate(&html, "page.html", p); err != nil {
		return Letter{}, fmt.Errorf("page of %s in %s: %w", name, tag, err)
	}
	return Letter{Subject: p.Subject, HTML: html.Bytes()}, nil
}

// speak returns the language nearest to a locale that there are templates in.
func speak(locale string) string {
	for tag := strings.ToLower(locale); tag != ""; {
		if _, ok := languages[tag]; ok {
			return tag
		}
		tag = tag[:max(strings.LastIndexByte(tag, '-'), 0)]
	}
	return notify.DefaultLocale
}
