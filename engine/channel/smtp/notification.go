package smtp

import (
	"bufio"
	"cmp"
	"io"
	"mime/multipart"
	"net/textproto"
	"strings"

	"journey/engine/channel"
)

// notification reads a delivery status notification (RFC 3464): a multipart/report with the state in one part and the message, or its headers,
// in another. One that is not about a message of ours has no arrivals.
func (p *Provider) notification(header textproto.MIMEHeader, body io.Reader) (arrivals []channel.Arrival, found bool) {
	kind, params := mediaType(header)
	if kind != "multipart/report" || !strings.EqualFold(params["report-type"], "delivery-status") || params["boundary"] == "" {
		return nil, false
	}
	rep := &channel.Report{Provider: "smtp"}
	r := multipart.NewReader(body, params["boundary"])
	for range maxParts {
		part, err := r.NextPart()
		if err != nil {
			break
		}
		switch kind, _ := mediaType(part.Header); kind {
		case "message/delivery-status":
			rep.State, rep.Reason = state(part)
		case "message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers":
			id := headers(part).Get("Message-ID")
			rep.ProviderID = strings.Trim(strings.TrimSpace(id), "<>")
			rep.Message, _ = p.ourID(id)
		}
	}
	if rep.Message == "" {
		return nil, true
	}
	return []channel.Arrival{{Report: rep}}, true
}

// state reads the fields of a message, and then those of each recipient. Ours have one recipient.
func state(part io.Reader) (channel.State, string) {
	r := textproto.NewReader(bufio.NewReader(io.LimitReader(part, maxText)))
	for {
		fields, err := r.ReadMIMEHeader()
		switch strings.ToLower(strings.TrimSpace(fields.Get("Action"))) {
		case "failed":
			return channel.Failed, channel.Clip(cmp.Or(fields.Get("Diagnostic-Code"), fields.Get("Status"), "it came back"))
		case "delivered":
			return channel.Delivered, ""
		case "delayed", "relayed", "expanded":
			return channel.OnItsWay, ""
		}
		if err != nil {
			return channel.OnItsWay, ""
		}
	}
}

// headers reads the headers of a message as far as they can be read.
func headers(part io.Reader) textproto.MIMEHeader {
	h, _ := textproto.NewReader(bufio.NewReader(io.LimitReader(part, maxText))).ReadMIMEHeader()
	return h
}
