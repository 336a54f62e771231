"""A PAdES-B-B seal as a certification body's seal program would put it: visible, invisible to the page's content,
appended to the file. Reads a PDF on standard input, writes the sealed one to standard output."""

import datetime
import io
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter

key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Demonstration seal")])
now = datetime.datetime.now(datetime.timezone.utc)
certificate = (
    x509.CertificateBuilder()
    .subject_name(name)
    .issuer_name(name)
    .public_key(key.public_key())
    .serial_number(x509.random_serial_number())
    .not_valid_before(now - datetime.timedelta(days=1))
    .not_valid_after(now + datetime.timedelta(days=1))
    .add_extension(
        x509.KeyUsage(True, True, False, False, False, False, False, False, False), critical=True
    )
    .sign(key, hashes.SHA256())
)
bundle = serialization.pkcs12.serialize_key_and_certificates(
    b"seal", key, certificate, None, serialization.NoEncryption()
)
signer = signers.SimpleSigner.load_pkcs12_data(bundle, other_certs=[])
writer = IncrementalPdfFileWriter(io.BytesIO(sys.stdin.buffer.read()))
# Where 盖章处 is on the last page.
fields.append_signature_field(writer, SigFieldSpec("Seal", on_page=-1, box=(380, 140, 480, 200)))
meta = signers.PdfSignatureMetadata(
    field_name="Seal", subfilter=SigSeedSubFilter.PADES, reason="certificate issued"
)
sealed = signers.sign_pdf(writer, meta, signer=signer)
sys.stdout.buffer.write(sealed.getvalue())
