package estate

import "github.com/portseal/portseal/certchain"

// ringSpec is a ring's keys, read from the file.
type ringSpec struct {
	files    []*node
	labels   *node
	listring *node
	ring     *node
	virtual  string
	password *node
	consumer string

	paths        []ringPath // that are there
	passwordPath string
	broken       bool // something that it names is not there, or may not be used
	open         bool // the estate leaves it to the folders of inputs
	listedOnly   bool // the folder of inputs has its listing, and none of its certificates
}

// ringPath is a file or folder of a ring, with the label of its certificate when it has one.
type ringPath struct {
	key, label string
	path       string // as it can be opened
	node       *node
}

func keyringObject() *object[ringSpec] {
	consumers := []string{string(certchain.SystemSSL), string(certchain.JSSE), string(certchain.Strict)}
	return &object[ringSpec]{name: "a key ring", doc: "A named set of certificates: personal ones, which can be served, and trusted ones.",
		fields: []field[ringSpec]{
			{"files", "Stores and folders of stores: PEM, DER, PKCS#7, PKCS#12, JKS.", listShape(stringShape()),
				func(d *decoder, n *node, r *ringSpec) { r.files = d.items("files", n) }},
			nodeField("labels", "Files of single certificates, by their label on the ring.", mapShape(stringShape()),
				func(r *ringSpec) **node { return &r.labels }),
			nodeField("listring", "Output of RACDCERT LISTRING, and LIST of its certificates: labels, usages, status and the default.", stringShape(),
				func(r *ringSpec) **node { return &r.listring }),
			nodeField("ring", "The ring's NAME or OWNER/NAME in the listing, where it has several.", stringShape(),
				func(r *ringSpec) **node { return &r.ring }),
			textField("virtual", "Virtual key ring that the files stand for, such as \"*AUTH*/*\".",
				func(r *ringSpec) *string { return &r.virtual }),
			nodeField("password_file", "File that holds the stores' password; only its owner may read it.", stringShape(),
				func(r *ringSpec) **node { return &r.password }),
			wordField("consumer", "Whose rules decide what the ring's certificates are worth.", consumers,
				func(r *ringSpec) *string { return &r.consumer }),
		}}
}
